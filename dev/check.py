"""`make check`: formatting, lint, types, migrations, contract lint and contract compatibility."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from chassis.settings import PORTS, REPOSITORY

BIN = Path(sys.executable).parent
IMAGE = REPOSITORY / "generated" / "shop" / "contracts.binpb"
RELEASED = REPOSITORY / "protos" / "released.binpb"
# mypy reads everything anew: when models have changed, the Django plugin takes those that it finds in the cache for the
# abstract ones that they inherit from.
FRESH = "--no-incremental"
BUF = (str(BIN / "buf"), "--config", str(REPOSITORY / "buf.yaml"))


@dataclass(frozen=True, slots=True)
class Check:
    """A command that must succeed."""

    name: str
    command: tuple[str, ...]
    folder: Path = REPOSITORY
    environment: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run all checks, as many at once as there are processors; print what the failed ones said."""
    with tempfile.TemporaryDirectory(prefix="shop-check-") as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(run, checks(Path(scratch))))
    failures = list(filter(None, said))
    print(*failures, sep="\n")
    print(f"{len(failures)} of {len(said)} checks failed" if failures else f"all {len(said)} checks passed")
    return 1 if failures else 0


def checks(scratch: Path) -> list[Check]:
    """Everything that is checked, the slowest first. `scratch` is for the data of services."""
    return [
        *(types(name, scratch) for name in PORTS),
        Check(
            "types: chassis, dev, tests",
            (*python("mypy"), FRESH, "chassis", "dev", "tests"),
            # The audit reads the saga's table, which is order_service's, and the simulator walks it.
            environment={
                "DJANGO_SETTINGS_MODULE": "chassis.tests.settings",
                "DATA_DIR": str(scratch),
                "MYPYPATH": "order_service",
            },
        ),
        *(migrations(name, scratch) for name in PORTS),
        Check("format", (*python("ruff"), "format", "--check", ".")),
        Check("lint", (*python("ruff"), "check", ".")),
        Check("contract lint", lint(IMAGE)),
        Check("contract compatibility", compatibility(IMAGE)),
    ]


def types(service: str, scratch: Path) -> Check:
    """A service's own run of mypy, since two packages `config` cannot meet in one."""
    environment = {"MYPYPATH": ".", "PYTHONPATH": ".", "DJANGO_SETTINGS_MODULE": "config.settings"}
    # What is wrong in the chassis is said once, by the chassis's own check.
    options = ("--config-file=../pyproject.toml", "--follow-imports=silent", FRESH)
    command = (*python("mypy"), *options, ".")
    return Check(f"types: {service}", command, REPOSITORY / service, {**environment, "DATA_DIR": str(scratch)})


def migrations(service: str, scratch: Path) -> Check:
    """Whether every change of a model, also of the chassis's, has its migration."""
    command = (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")
    return Check(f"migrations: {service}", command, REPOSITORY / service, {"DATA_DIR": str(scratch)})


def lint(image: Path) -> tuple[str, ...]:
    """The command that holds the contracts of `image` against buf's rules of good style."""
    return (BUF[0], "lint", str(image), *BUF[1:])


def compatibility(image: Path, against: Path = RELEASED) -> tuple[str, ...]:
    """The command that refuses contracts which break callers of those in `against`."""
    return (BUF[0], "breaking", str(image), "--against", str(against), *BUF[1:])


def python(module: str) -> tuple[str, ...]:
    """The start of a command that runs a module of the virtual environment."""
    return (sys.executable, "-m", module)


def run(check: Check) -> str:
    """Run a check and print its line. Returns what it said if it failed, else nothing."""
    started = time.monotonic()
    finished = subprocess.run(
        check.command,
        cwd=check.folder,
        env={**os.environ, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAILED" if finished.returncode else "ok"
    print(f"  {verdict:<7}{check.name:<36}{time.monotonic() - started:5.1f} s", flush=True)
    return f"\n-- {check.name} --\n{finished.stdout}" if finished.returncode else ""


if __name__ == "__main__":
    sys.exit(main())

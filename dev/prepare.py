"""What a service needs before it starts: its tables, its demo data, its development keys."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from dev.shop import Service, Shop


class PreparationFailed(Exception):  # noqa: N818  Named for what it says to the person who starts the shop.
    """A management command of a service failed; the message holds what it printed."""


def prepare(shop: Shop, report: Callable[[str], None] = print) -> list[str]:
    """Bring every service's data up to date, all at once, and `report` a line as each is done.

    Returns the lines that `manage.py seed` printed about the demo data. Safe to repeat: what is there stays.
    Raises PreparationFailed.
    """
    started = time.monotonic()
    seeded: dict[str, list[str]] = {}
    with ThreadPoolExecutor() as pool:
        jobs = {pool.submit(_prepare, shop, service): service.name for service in shop.services}
        for job in as_completed(jobs):
            seeded[jobs[job]] = job.result()
            report(f"  {jobs[job]:<22} ready to start after {time.monotonic() - started:.1f} s")
    return [line for service in shop.services for line in seeded[service.name]]


def _prepare(shop: Shop, service: Service) -> list[str]:
    manage(shop, service, "migrateall", "--verbosity=0")
    has_seed = any(service.folder.glob("*/management/commands/seed.py"))
    return manage(shop, service, "seed").splitlines() if has_seed else []


def manage(shop: Shop, service: Service, *command: str) -> str:
    """Run a management command of a service, and return what it printed. Raises PreparationFailed."""
    finished = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=service.folder,
        env=shop.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        said = (finished.stdout + finished.stderr).strip()
        raise PreparationFailed(f"{said}\n`manage.py {' '.join(command)}` failed in {service.name}/: see above.")
    return finished.stdout

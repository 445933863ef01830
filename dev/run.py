"""`make run`: prepares the shop, starts all its processes, and stops them together."""

import shlex
import signal
import subprocess
import sys
from types import FrameType

from chassis.settings import REPOSITORY
from dev.ports import taken_port
from dev.prepare import PreparationFailed, prepare
from dev.processes import ShopManager
from dev.shop import Shop, local_shop


def main() -> int:
    """Run the shop until Ctrl-C, SIGTERM or the end of one of its processes. Returns the exit code."""
    shop = local_shop()
    if sentence := taken_port(shop):
        return fail(sentence)
    print("Preparing databases, demo data and keys ...", flush=True)
    try:
        demo_data = prepare(shop)
    except PreparationFailed as error:
        return fail(str(error))
    print(f"Starting {len(shop.processes())} processes ...", flush=True)
    return run(shop, demo_data)


def run(shop: Shop, demo_data: list[str]) -> int:
    """Run every process of a prepared shop; 0 if it was asked to stop, 1 if a process ended by itself."""
    manager = ShopManager()
    environment = shop.environment()
    if sys.stdout.isatty():
        # They write to honcho's pipe, and could not tell otherwise.
        environment["FORCE_COLOR"] = "1"
    for process in shop.processes():
        manager.add_process(
            process.name,
            # Without `exec`, the exit code and the signals would be the shell's.
            f"exec {shlex.join(process.command)}",
            env=environment | process.environment,
            cwd=str(process.service.folder),
        )
    # A closed terminal must stop the shop like Ctrl-C, or its processes would keep the ports.
    signal.signal(signal.SIGHUP, stop_like_sigterm)
    announce = [sys.executable, "-m", "dev.banner", *demo_data]
    # In a session of its own, as all the others: Ctrl-C reaches this process alone.
    announcer = subprocess.Popen(announce, cwd=REPOSITORY, start_new_session=True)
    try:
        manager.loop()
    finally:
        announcer.terminate()
        announcer.wait()
    if manager.fallen:
        fallen = " and ".join(manager.fallen)
        return fail(f"{fallen} ended by itself, so everything was stopped; its lines above tell why.")
    print("The shop is closed.")
    return 0


def stop_like_sigterm(_number: int, _frame: FrameType | None) -> None:
    """Answer another signal as SIGTERM would be."""
    signal.raise_signal(signal.SIGTERM)


def fail(sentence: str) -> int:
    """Tell the person what went wrong. Returns the exit code for it."""
    print(f"\n{sentence}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)  # Ctrl-C during the preparation: nothing runs yet.

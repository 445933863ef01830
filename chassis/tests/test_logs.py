"""What a process writes to standard error."""

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from chassis.logs import configure_logs
configure_logs(as_json={as_json}, level="INFO")
structlog.get_logger("shop").debug("not.this")
structlog.get_logger("shop").info("rpc", code="OK", name="Ada\\nforged line")
logging.getLogger("django").warning("disk is %s", "full")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("shop").exception("broke")
"""


def logged(*, as_json: bool) -> list[str]:
    """The lines that a fresh process logs."""
    command = [sys.executable, "-c", PROGRAM.format(as_json=as_json)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr.splitlines()


def test_in_production_every_event_is_one_line_of_json() -> None:
    rpc, django, broke = map(json.loads, logged(as_json=True))

    assert (rpc["event"], rpc["code"], rpc["level"]) == ("rpc", "OK", "info")
    assert django["event"] == "disk is full"
    assert "ZeroDivisionError" in broke["exception"]


def test_for_people_a_value_cannot_forge_a_line() -> None:
    first, second, *_ = logged(as_json=False)

    assert "forged line" in first
    assert "disk is full" in second

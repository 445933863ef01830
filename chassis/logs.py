"""Logs: one line an event, JSON in production and coloured on a terminal, Django's own among them."""

import logging
import os
import sys
from typing import Any, TextIO, cast

import structlog


def configure_logs(*, as_json: bool, level: str) -> None:
    """Send structlog's and the standard library's records, in one form, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
    ]
    form = _as_json() if as_json else [_for_people()]
    structlog.configure(
        processors=[*shared, *form],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *form],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)


class _StandardError:
    """Whatever standard error is when a line is written: loggers are made once, and tests exchange it."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _as_json() -> list[Any]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _for_people() -> Any:
    coloured = "FORCE_COLOR" in os.environ or sys.stderr.isatty()
    return structlog.dev.ConsoleRenderer(pad_event_to=8, sort_keys=False, colors=coloured)

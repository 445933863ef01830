"""What REST costs: a product beside the same answer by Django REST Framework."""

import json
import os
import urllib.request
from collections.abc import Iterator
from typing import Any

from dev.bench.load import Get
from dev.bench.rounds import in_turns, rate
from dev.bench.servers import Bench, serving
from dev.bench.table import Line, compared
from dev.running import free_ports
from dev.shop import BIN, HOST

THREADS = os.environ.get("EDGE_THREADS", "4")  # As dev/shop.py reads it for the edge.
PATH = "/v1/products/7ea00000-0000-4000-8000-000000000001"


def measure(bench: Bench) -> Iterator[Line]:
    """Throughput with 8 callers; one process with as many threads each."""
    port = free_ports()["product_service"][1]
    with bench.shop("get-product", "product-edge") as shop:
        database = shop.shop.data / "product_service" / "db.sqlite3"
        with serving(gunicorn(port), port, bench.scratch / "gunicorn.log", {"PRODUCT_DATABASE": str(database)}):
            our_port = shop.service("product_service").rest_port
            if answer(our_port) != answer(port):
                raise RuntimeError(f"these answers are not the same: {answer(our_port)} and {answer(port)}")
            result = in_turns(bench.callers, Get(our_port, PATH), Get(port, PATH), threads=8, seconds=2.0, value=rate)
    yield compared("GET /v1/products/{id}, 8 callers", result, "/s", "DRF under gunicorn", ">= 2")


def gunicorn(port: int) -> tuple[str, ...]:
    """The command that serves the other view."""
    options = ("--bind", f"{HOST}:{port}", "--workers", "1", "--threads", THREADS, "--no-control-socket")
    return (str(BIN / "gunicorn"), *options, "dev.bench.drf:application")


def answer(port: int) -> Any:
    """What the server on `port` says."""
    with urllib.request.urlopen(f"http://{HOST}:{port}{PATH}", timeout=10) as reply:
        return json.load(reply)

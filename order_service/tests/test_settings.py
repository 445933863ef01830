"""Who moves the money is somebody's decision."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.settings import REPOSITORY
from orders import payments
from orders.payments import SandboxGateway

PRODUCTION = {"SHOP_ENV": "production", "SECRET_KEY": "a secret"}
STRIPE = {"PAYMENTS": "stripe", "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


def starting(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, and name the gateway that they choose."""
    script = "import django; django.setup(); from orders.payments import gateway; print(type(gateway()).__name__)"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY / "order_service",
        env={**os.environ, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_developer_plays_in_the_sandbox() -> None:
    assert isinstance(payments.gateway(), SandboxGateway)


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({**PRODUCTION, **STRIPE}, "StripeGateway"),
        ({**PRODUCTION, "PAYMENTS": "sandbox"}, "SandboxGateway"),
    ],
)
def test_production_takes_what_is_chosen(tmp_path: Path, environment: dict[str, str], chosen: str) -> None:
    assert starting(tmp_path, **environment).stdout == f"{chosen}\n"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        (PRODUCTION, "PAYMENTS"),
        ({"PAYMENTS": "cash"}, "PAYMENTS"),
        ({**STRIPE, "STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY"),
        ({**STRIPE, "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
    ],
)
def test_what_is_missing_is_said_at_the_start(tmp_path: Path, environment: dict[str, str], named: str) -> None:
    started = starting(tmp_path, **environment)

    assert started.returncode != 0
    assert named in started.stderr.splitlines()[-1]

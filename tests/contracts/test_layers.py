"""Which way imports go: service -> chassis -> contract, and never from a service to another."""

from itertools import chain
from pathlib import Path

import pytest

from chassis.settings import REPOSITORY
from tests.contracts.code import SERVICES, files_of, imports, packages_of

# Where messages become the service's own values, and back. Everything else knows neither gRPC nor the contracts.
TRANSLATORS = {"rpc.py", "servicer.py", "mapping.py", "clients.py", "events.py", "consumers.py"}

# What the chassis offers to the tests of services.
FOR_TESTS = {"chassis/pytest_plugin.py", "chassis/query_plans.py", "chassis/testing.py"}
DEVELOPMENT = {"dev", "tests", "pytest", "hypothesis", "chassis.query_plans", "chassis.testing", "chassis.tests"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other(service: str) -> None:
    others = {package for other in SERVICES if other != service for package in (other, *packages_of(other))}
    # What both have a package of, such as their sandbox, each has on its own path.
    assert importers(service, others - packages_of(service)) == []


def test_the_chassis_imports_no_service() -> None:
    packages = set(chain.from_iterable((service, *packages_of(service)) for service in SERVICES))
    assert importers("chassis", packages | {"config"}) == []


@pytest.mark.parametrize("folder", ["chassis", *SERVICES])
def test_what_runs_imports_nothing_that_is_for_development(folder: str) -> None:
    assert set(importers(folder, DEVELOPMENT)) <= FOR_TESTS


@pytest.mark.parametrize("service", SERVICES)
def test_only_translators_know_grpc_and_the_contracts(service: str) -> None:
    knowing = [name for name in importers(service, {"grpc", "shop", "google"}) if Path(name).name not in TRANSLATORS]
    assert knowing == []


def importers(folder: str, modules: set[str]) -> list[str]:
    """The files of a folder that import one of the modules, or something in it."""
    inside = tuple(f"{module}." for module in modules)
    return [
        str(file.relative_to(REPOSITORY))
        for file in files_of(folder)
        if any(f"{name}.".startswith(inside) for name in imports(file))
    ]

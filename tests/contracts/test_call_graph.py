"""Who calls whom. No service may wait, over however many others, for itself."""

from graphlib import TopologicalSorter

from chassis.contract import Method
from chassis.settings import REPOSITORY
from tests.contracts.code import SERVICES, files_of, imports, neighbours
from tests.contracts.contracts import METHODS, short

# A caller's file, and whom it calls.
EXPECTED = {
    "chassis/keys.py": {"user_service"},
    "chassis/login.py": {"user_service"},
    "chassis/sessions.py": {"user_service"},
    "order_service/orders/clients.py": {"product_service", "user_service"},
    "notification_service/notifications/clients.py": {"user_service"},
}

# Who listens to whom may run in circles: Deliver only stores the event, and calls nobody before it answers.
STORED_AND_ANSWERED = {"EventService/Deliver"}


def test_services_call_whom_they_are_known_to_call() -> None:
    calls = {
        str(file.relative_to(REPOSITORY)): set(neighbours(file))
        for folder in ("chassis", *SERVICES)
        for file in files_of(folder)
    }
    assert {file: called for file, called in calls.items() if called} == EXPECTED


def test_in_a_service_only_clients_py_opens_channels() -> None:
    opens = {"chassis.clients.channel", "chassis.clients.channel_to"}
    files = {file.name for service in SERVICES for file in files_of(service) if opens & set(imports(file))}
    assert files == {"clients.py"}


def test_no_service_can_come_to_wait_for_itself() -> None:
    graph = {service: called_by(service) | open_to(service) for service in SERVICES}
    # Raises CycleError, which names the circle.
    TopologicalSorter(graph).prepare()


def called_by(service: str) -> set[str]:
    """Whom a service calls in its own code and in the chassis's. Its own server, asked by its edge, does not count."""
    files = [file for file in EXPECTED if file.startswith((f"{service}/", "chassis/"))]
    return set().union(*(EXPECTED[file] for file in files)) - {service}


def open_to(service: str) -> set[str]:
    """Whom a service may call by the contracts, whether it does so or not."""
    methods = [each for each in METHODS if service in each.access.services and short(each) not in STORED_AND_ANSWERED]
    return {service_of(method) for method in methods}


def service_of(method: Method) -> str:
    """The service that answers a method: "user_service" for "/shop.users.v1.UserService/GetContact"."""
    package = method.path.split(".")[1]
    return f"{package.removesuffix('s')}_service"

"""The simulated shop: its services, the processes that they are made of, and the network between them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

from dev.simulator.database import Database
from dev.simulator.faults import Faults
from dev.simulator.inbox import Inbox
from dev.simulator.kernel import Kernel, Process, Steps
from dev.simulator.mailer import Mailer
from dev.simulator.network import Handler, Network, Service
from dev.simulator.notifications import Notifications
from dev.simulator.order_service.advance import Walker
from dev.simulator.order_service.clients import Clients
from dev.simulator.order_service.operations import Operations
from dev.simulator.order_service.recovery import Recovery
from dev.simulator.order_service.refunds import Refunds
from dev.simulator.order_service.store import OrderStore
from dev.simulator.order_service.waking import Waking
from dev.simulator.outbox import Relay
from dev.simulator.people import contact
from dev.simulator.product_service.reservations import Reservations
from dev.simulator.profile import Profile, Settings
from dev.simulator.provider import Provider
from dev.simulator.work import Work
from dev.simulator.worker import Task, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a shop is made of. Tests put parts in that are wrong in one way."""

    store: type[OrderStore] = OrderStore
    clients: type[Clients] = Clients
    walker: type[Walker] = Walker
    operations: type[Operations] = Operations
    relay: type[Relay] = Relay
    reservations: type[Reservations] = Reservations
    provider: type[Provider] = Provider
    inbox: type[Inbox] = Inbox
    notifications: type[Notifications] = Notifications


class Shop:
    """Everything that there is in one schedule."""

    def __init__(self, random: Random, profile: Profile, settings: Settings, parts: Parts) -> None:
        self.seen: Counter[str] = Counter()
        self.random = random
        self.settings = settings
        self.kernel = Kernel(Faults(random, profile, self.seen))
        self.network = Network(self.kernel)
        self.kernel.carrier = self.network
        self.processes: list[Process] = []
        self.orders = self._order_service(parts)
        self.products = self._product_service(parts)
        self.inbox, self.notifications = self._notification_service(parts)
        self.provider, self.mailer = self._providers(parts)
        users: dict[str, Handler] = {"validate_user": _validate_user, "get_contact": _get_contact}
        self._serve("user_service", users, _rpc("user_service", 1))
        # Customers neither die nor stand still.
        self.outside = Process("customers", "outside", mortal=False)

    def start(self) -> None:
        """Let all processes live."""
        for process in self.processes:
            self.kernel.start(process)

    def unfinished(self) -> Iterator[Work]:
        """What a worker will still look at."""
        tables = (self.orders.orders, self.orders.refunds, self.orders.outbox, self.inbox.rows, self.notifications.rows)
        rows: Iterable[Work] = chain.from_iterable(table.values() for table in tables)
        return (row for row in rows if row.next_attempt_at is not None)

    def _order_service(self, parts: Parts) -> OrderStore:
        store = parts.store(self._database(), self.settings)
        clients = parts.clients(store, self.settings)
        walker = parts.walker(store, clients)
        operations = parts.operations(store, walker, clients, self.settings)
        refunds = Refunds(operations)
        methods: dict[str, Handler] = {
            "place_order": operations.place_order,
            "cancel_order": operations.cancel_order,
            "refund_order": refunds.refund_order,
            "payment_changed": Waking(store).payment_changed,
        }
        self._serve("order_service", methods, _rpc("order_service", 2))
        relay = parts.relay(store.database, store.outbox, self.settings)
        self._work("order_service", [relay.relay, Recovery(store, walker).recover], 2)
        return store

    def _product_service(self, parts: Parts) -> Reservations:
        reservations = parts.reservations(self._database(), self.settings)
        methods: dict[str, Handler] = {
            "reserve_stock": reservations.reserve_stock,
            "confirm_reservation": reservations.confirm_reservation,
            "release_reservation": reservations.release_reservation,
        }
        self._serve("product_service", methods, _rpc("product_service", 2))
        self._work("product_service", [reservations.expire_holds], 1)
        return reservations

    def _notification_service(self, parts: Parts) -> tuple[Inbox, Notifications]:
        database = self._database()
        notifications = parts.notifications(database, self.settings)
        inbox = parts.inbox(database, self.settings, notifications.tell)
        self._serve("notification_service", {"deliver": inbox.deliver}, _rpc("notification_service", 1))
        self._work("notification_service", [inbox.process, notifications.send_due], 2)
        return inbox, notifications

    def _providers(self, parts: Parts) -> tuple[Provider, Mailer]:
        processes = [Process("provider", "provider")]
        provider, mailer = parts.provider(self._database(), processes[0]), Mailer(self._database())
        methods: dict[str, Handler] = {
            "authorize_payment": provider.authorize_payment,
            "capture_payment": provider.capture_payment,
            "void_payment": provider.void_payment,
            "refund_payment": provider.refund_payment,
        }
        self._serve("provider", methods, processes)
        self._serve("mailer", {"send": mailer.send}, [Process("mailer", "mailer")])
        return provider, mailer

    def _database(self) -> Database:
        return Database(self.kernel)

    def _serve(self, service: str, methods: Mapping[str, Handler], processes: Sequence[Process]) -> None:
        self.processes += processes
        self.network.services[service] = Service(processes, methods)

    def _work(self, service: str, tasks: Sequence[Task], processes: int) -> None:
        def main() -> Steps[None]:
            return Worker(self.kernel, tasks, self.settings.worker_poll).run()

        self.processes += [Process(_name(service, "worker", number), service, main) for number in range(processes)]


def _rpc(service: str, processes: int) -> list[Process]:
    return [Process(_name(service, "rpc", number), service) for number in range(processes)]


def _name(service: str, kind: str, number: int) -> str:
    return f"{service.removesuffix('_service')}-{kind}-{number + 1}"


def _validate_user(_user_id: str) -> Steps[None]:
    yield "user.validating"


def _get_contact(user_id: str) -> Steps[dict[str, str]]:
    yield "user.reading"
    return contact(user_id)

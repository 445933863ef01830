"""What every service's settings have in common, from the environment.

In a service: `globals().update(service_settings("order_service", apps=["orders"]))`, and below that whatever is its
own. The README lists every variable.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from environs import Env

from chassis.failpoints import configure_failpoints
from chassis.logs import configure_logs
from chassis.staff import settings as staff

PORTS = {
    "user_service": (50051, 8001),
    "order_service": (50052, 8002),
    "product_service": (50053, 8003),
    "notification_service": (50054, 8004),
}


def management_ports(rpc: int, rest: int) -> dict[str, int]:
    """Where the processes of a service answer probes, unless they are told otherwise, by kind."""
    return {"rpc": rpc + 1000, "edge": rest + 1000, "worker": rest + 2000}


REPOSITORY = Path(__file__).resolve().parent.parent


def service_settings(name: str, *, apps: list[str]) -> dict[str, Any]:
    """The settings of the service in the folder `name`, with its own `apps`."""
    env = Env()
    production = env.str("SHOP_ENV", "development") == "production"
    configure_failpoints(os.environ, production=production)
    data = env.path("DATA_DIR", REPOSITORY / "data") / name
    data.mkdir(parents=True, exist_ok=True)
    configure_logs(as_json=production, level=env.str("LOG_LEVEL", "INFO"))
    return {
        "SERVICE_NAME": name,
        "PRODUCTION": production,
        "DEBUG": False,
        "DATA": data,
        "SECRET_KEY": env.str("SECRET_KEY") if production else _development_secret(data / "secret-key"),
        "ALLOWED_HOSTS": env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"]),
        # Networks, as in "10.0.0.0/8": what they write into X-Forwarded-For is believed.
        "TRUSTED_PROXIES": env.list("TRUSTED_PROXIES", []),
        "ROOT_URLCONF": "config.urls",
        "ASGI_APPLICATION": "config.asgi.application",
        "INSTALLED_APPS": [
            "chassis",
            "chassis.idempotency",
            "chassis.outbox",
            "chassis.inbox",
            "django_grpc_framework",
            *staff.APPS,
            *apps,
        ],
        "MIDDLEWARE": ["django.middleware.security.SecurityMiddleware", *staff.MIDDLEWARE],
        **staff.staff_settings(name, production=production, trusted_origins=env.list("CSRF_TRUSTED_ORIGINS", [])),
        "PAGES": [
            ("/admin/", "Admin", "What this service knows, for the staff."),
            ("/docs", "Documentation", "Every route, to be tried out."),
            ("/openapi.json", "OpenAPI", "The same for programs."),
        ],
        "DATABASES": {"default": sqlite(data / "db.sqlite3")},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "LOGGING_CONFIG": None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": env.int("MAX_REQUEST_BYTES", 262_144),
        "GRPC_FRAMEWORK": {"ROOT_HANDLERS_HOOK": "config.rpc.handlers"},
        "RPC_ADDRESS": env.str("RPC_ADDRESS", f"127.0.0.1:{PORTS[name][0]}"),
        "RPC_THREADS": env.int("RPC_THREADS", 8),
        "RPC_MAX_CONCURRENT": env.int("RPC_MAX_CONCURRENT", 128),
        "RPC_STREAMS": env.int("RPC_STREAMS", 16),
        "RPC_REFLECTION": env.bool("RPC_REFLECTION", not production),
        "RPC_GRACE": env.float("RPC_GRACE", 3.0),
        # Of this process, whichever it is; empty for the default of its kind.
        "MANAGEMENT_ADDRESS": env.str("MANAGEMENT_ADDRESS", ""),
        "MANAGEMENT_ADDRESSES": {kind: f"127.0.0.1:{port}" for kind, port in management_ports(*PORTS[name]).items()},
        "EDGE_ADDRESS": env.str("EDGE_ADDRESS", f"127.0.0.1:{PORTS[name][1]}"),
        "EDGE_THREADS": env.int("EDGE_THREADS", 4),
        "EDGE_MAX_CONCURRENT": env.int("EDGE_MAX_CONCURRENT", 64),
        "EDGE_CONNECTIONS": env.int("EDGE_CONNECTIONS", 1000),
        "REQUEST_TIMEOUT": env.float("REQUEST_TIMEOUT", 10.0),
        "EDGE_STREAMS": env.int("EDGE_STREAMS", 16),
        "STREAMS_A_CALLER": env.int("STREAMS_A_CALLER", 4),
        "STREAM_LIFETIME": env.float("STREAM_LIFETIME", 300.0),
        "STREAM_HEARTBEAT": env.float("STREAM_HEARTBEAT", 15.0),
        "CALL_DEADLINE": env.float("CALL_DEADLINE", 10.0),
        "CALL_TIMEOUT": env.float("CALL_TIMEOUT", 2.0),
        "NEIGHBOURS": {
            neighbour: env.str(f"{neighbour.upper()}_TARGET", f"127.0.0.1:{port}")
            for neighbour, (port, _) in PORTS.items()
        },
        "SIGNING_KEYS": "chassis.keys.from_user_service",
        "SESSION_CHECK": "chassis.sessions.of_staff",
        "SUBSCRIPTIONS": {},
        "WORKER_TASKS": [
            "chassis.work.wake_stranded",
            "chassis.outbox.relay.relay",
            "chassis.inbox.processing.process",
            "chassis.idempotency.expiry.forget_old_keys",
        ],
        "WORKER_POLL": env.float("WORKER_POLL", 0.5),
        "LEASE": env.float("LEASE", 25.0),
    }


def sqlite(file: Path) -> dict[str, Any]:
    """A SQLite database that survives a crash and lets several processes write."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that starts by reading and then writes would fail at once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # In memory, threads would share one connection and no test would meet a lock.
        "TEST": {"NAME": file.with_name(f"test-{file.name}")},
    }


def _development_secret(file: Path) -> str:
    """A random secret that outlives restarts. The service's processes may race to make it."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text()

"""Settings of notification_service."""

from environs import Env

from chassis.settings import service_settings

_shared = service_settings("notification_service", apps=["notifications"])
globals().update(_shared)

_env = Env()

_FILES = "django.core.mail.backends.filebased.EmailBackend"
_SMTP = "django.core.mail.backends.smtp.EmailBackend"

EMAIL_BACKEND = _env.str("EMAIL_BACKEND", _SMTP if _shared["PRODUCTION"] else _FILES)
# Where the development backend keeps one file a message.
EMAIL_FILE_PATH = str(_shared["DATA"] / "mail")
EMAIL_HOST = _env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = _env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = _env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _env.bool("EMAIL_USE_TLS", True)
# Seconds to wait for an answer of the server. Longer than LEASE, and another worker sends the same mail meanwhile.
EMAIL_TIMEOUT = _env.float("EMAIL_TIMEOUT", 10.0)
DEFAULT_FROM_EMAIL = _env.str("DEFAULT_FROM_EMAIL") if _shared["PRODUCTION"] else "The shop <orders@shop.example>"
# What stands behind the @ of a Message-ID.
MESSAGE_ID_DOMAIN = _env.str("MESSAGE_ID_DOMAIN", "shop.example")

if not _shared["PRODUCTION"]:
    PAGES = [*_shared["PAGES"], ("/inbox", "Inbox", "Every message, as it looks to whoever gets it.")]

WORKER_TASKS = [*_shared["WORKER_TASKS"], "notifications.delivery.send_due"]

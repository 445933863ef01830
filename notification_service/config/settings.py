"""Settings of notification_service."""

from email.headerregistry import Address

from environs import Env

from chassis.settings import service_settings, sqlite
from config.providers import SANDBOX, anymail_settings, mail_providers, sms_providers

_shared = service_settings("notification_service", apps=["notifications", "sandbox"])
globals().update(_shared)

_env = Env()

TEMPLATES = [
    *_shared["TEMPLATES"],
    # For subjects, plain text and text messages, whose readers would see HTML's escapes as they stand.
    {**_shared["TEMPLATES"][0], "NAME": "text", "OPTIONS": {"autoescape": False}},
]

# Mails write dates as their reader's language does, not as the admin's tables do.
FORMAT_MODULE_PATH = None

# The provider's ledger stands for somebody else's: a database that no notification shares a transaction with.
DATABASES = {**_shared["DATABASES"], "provider": sqlite(_shared["DATA"] / "provider.sqlite3")}
DATABASE_ROUTERS = ["sandbox.router.ProviderRouter"]

# Who takes mails, the preferred provider first; shaped like MAILERS of Django 6.1.
EMAIL_PROVIDERS = mail_providers(_env.list("EMAIL_PROVIDERS", ["smtp"] if _shared["PRODUCTION"] else [*SANDBOX]))
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
ANYMAIL = anymail_settings(EMAIL_PROVIDERS, timeout=EMAIL_TIMEOUT)

# Who takes text messages, the preferred provider first.
SMS_PROVIDERS = sms_providers(_env.list("SMS_PROVIDERS", ["twilio"] if _shared["PRODUCTION"] else [*SANDBOX]))
# Where Twilio reaches this service's edge, to tell what became of a message; it tells nothing if empty.
SMS_CALLBACK_URL = _env.str("SMS_CALLBACK_URL", "").rstrip("/") if "twilio" in SMS_PROVIDERS else ""
if "twilio" in SMS_PROVIDERS:
    SMS_API_URL = _env.str("SMS_API_URL", "https://api.twilio.com").rstrip("/")
    SMS_ACCOUNT = _env.str("SMS_ACCOUNT")
    SMS_TOKEN = _env.str("SMS_TOKEN")
    # A number in E.164, or a name where the country allows it.
    SMS_SENDER = _env.str("SMS_SENDER")
    # Seconds to wait for an answer; less than LEASE, as with EMAIL_TIMEOUT.
    SMS_TIMEOUT = _env.float("SMS_TIMEOUT", 10.0)

# Seconds for which a provider that may have a message is asked again, before another one gets it.
FAILOVER_AFTER = _env.float("FAILOVER_AFTER", 600.0)

_BUYERS = [] if _shared["PRODUCTION"] else ["staff@example.com"]
# Who is mailed when a product runs low. A wrong address stops the service at its start, and not its first alert.
STOCK_ALERTS_TO = [Address(addr_spec=each).addr_spec for each in _env.list("STOCK_ALERTS_TO", _BUYERS)]

if not _shared["PRODUCTION"]:
    PAGES = [*_shared["PAGES"], ("/inbox", "Inbox", "Every message, as it looks to whoever gets it.")]

WORKER_TASKS = [*_shared["WORKER_TASKS"], "notifications.delivery.send_due"]
if {*SANDBOX} & {*EMAIL_PROVIDERS, *SMS_PROVIDERS}:
    WORKER_TASKS.append("sandbox.provider.bounce")

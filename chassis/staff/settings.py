"""Settings of the admin, which every service has."""

from typing import Any

APPS = [
    "chassis.staff",
    "chassis.staff.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "chassis.staff.middleware.AdminHeaders",
    "chassis.staff.middleware.AdminSessions",
    "chassis.staff.middleware.AdminAuthentication",
    "chassis.staff.middleware.AdminStanding",
    "chassis.staff.middleware.AdminMessages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
PATH = "/admin/"


def staff_settings(service: str, *, production: bool, trusted_origins: list[str]) -> dict[str, Any]:
    """`trusted_origins` are those under which a proxy that ends TLS shows the admin, as in "https://shop.example"."""
    return {
        "AUTH_USER_MODEL": "staff.Account",
        "AUTHENTICATION_BACKENDS": ["chassis.staff.backend.StaffBackend"],
        "LOGIN_URL": "admin:login",
        "TEMPLATES": TEMPLATES,
        "STATIC_URL": "/static/",
        "FORMAT_MODULE_PATH": "chassis.formats",
        # A cookie belongs to a host, whatever the port: edges on one host would sign each other's staff out.
        "SESSION_COOKIE_NAME": f"{service}_session",
        "CSRF_COOKIE_NAME": f"{service}_csrf",
        # Calls over REST carry no cookie, so none can be forged with one.
        "SESSION_COOKIE_PATH": PATH,
        "CSRF_COOKIE_PATH": PATH,
        "SESSION_COOKIE_SECURE": production,
        "CSRF_COOKIE_SECURE": production,
        "CSRF_TRUSTED_ORIGINS": trusted_origins,
        # There is no such middleware: the admin's views check forms themselves, and calls over REST have no cookie.
        "SILENCED_SYSTEM_CHECKS": ["security.W003"],
        # Its default has a cookie of its own, for the whole host.
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    }

"""Settings of user_service."""

from environs import Env

from chassis.settings import service_settings

_shared = service_settings("user_service", apps=["users"])
globals().update(_shared)

_env = Env()

PASSWORD_HASHERS = ["users.passwords.Argon2idHasher"]

# Where the signing keys lie. Whoever can read this folder can be anybody.
SIGNING_KEYS_DIR = _env.path("SIGNING_KEYS_DIR", _shared["DATA"] / "signing-keys")
# Seconds for which a new key is only published, so that every service knows it before a token needs it.
SIGNING_KEY_DELAY = _env.int("SIGNING_KEY_DELAY", 300)
# Seconds until an access token expires.
ACCESS_TOKEN_LIFETIME = _env.int("ACCESS_TOKEN_LIFETIME", 900)
# Seconds until a refresh token expires that nobody has used.
REFRESH_TOKEN_LIFETIME = _env.int("REFRESH_TOKEN_LIFETIME", 30 * 24 * 3600)
# Wrong passwords that cost no wait: for an account, from an address, and for the two together.
SIGN_IN_FAILURES = _env.int("SIGN_IN_FAILURES", 4)
# Seconds, the longest that anybody waits after more of them.
SIGN_IN_LONGEST_DELAY = _env.float("SIGN_IN_LONGEST_DELAY", 900.0)
# Accounts that may be opened from an address without a wait.
REGISTRATIONS = _env.int("REGISTRATIONS", 10)
WORKER_TASKS = [
    *_shared["WORKER_TASKS"],
    "users.sessions.forget_expired_sessions",
    "users.throttle.forget_old_attempts",
]
# This service verifies by the keys it signs with, without asking itself over the network.
SIGNING_KEYS = "users.signing.public_keys"
# Nor does it ask itself whether a session stands, and it asks for every caller's.
SESSION_CHECK = "users.standing.of_everybody"

SUBSCRIPTIONS = {"user_registered": ["notification_service"]}

"""How often passwords may be tried, and accounts opened, before whoever does it has to wait.

Looked at before any hash is computed, and the same for accounts that there are and that there are not. Nobody can be
locked out by others: what is counted for an account, wherever it is tried from, makes nobody wait for long, and nobody
whose address has signed in to it before (ASVS 5.0, 6.1.1 and 6.3.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from chassis import call
from users import passwords
from users.errors import TooManyAttempts, TooManySignIns
from users.models import Attempts, SignInAddress, User, normal_email

FIRST_DELAY = 1.0  # Seconds; doubled by each failure that follows.
ACCOUNT_DELAY = 30.0  # Seconds, the longest for an account from everywhere.
FORGET_AFTER = timedelta(hours=1)  # Without another attempt.
KNOWN_ADDRESSES = 20  # Of one account.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Count:
    """What attempts are counted by."""

    key: str  # Of the row: a keyed hash, since addresses of strangers are nobody's to keep.
    free: int  # How many attempts may fail without a delay.
    longest: float  # Seconds.


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was let through, and counts as failed unless it says otherwise."""

    counts: tuple[Count, ...]  # The first is that of account and address together.

    def succeeded(self, user: User) -> None:
        """The password was right: what failed before is forgiven, but for what the address did to other accounts."""
        with transaction.atomic(durable=True):
            Attempts.objects.filter(key__in=[count.key for count in self.counts[:1]]).delete()
            _take_back(self.counts[1:])
            _remember(user)

    def compare(self, password: str, stored: str | None) -> bool:
        """What `passwords.matches` says. An attempt that it has no time for does not count."""
        try:
            return passwords.matches(password, stored)
        except TooManySignIns:
            _take_back(self.counts)
            raise


def sign_in(email: str) -> Attempt:
    """Let a password be tried for the account of this address, or raise TooManyAttempts."""
    account, network = normal_email(email), _network()
    free, longest = settings.SIGN_IN_FAILURES, settings.SIGN_IN_LONGEST_DELAY
    counts = [
        _count("account and address", f"{account} {network}", free, longest),
        _count("address", network, free, longest),
    ]
    if not SignInAddress.objects.filter(user__email=account, network=network).exists():
        counts.append(_count("account", account, free, ACCOUNT_DELAY))
    _let_through(counts)
    return Attempt(tuple(counts))


def registration() -> None:
    """Let an account be opened from this address, or raise TooManyAttempts."""
    _let_through([_count("registrations", _network(), settings.REGISTRATIONS, settings.SIGN_IN_LONGEST_DELAY)])


def forget_old_attempts() -> int:
    """Delete some counts that nobody has added to for a while; a worker task. Returns how many."""
    old = Attempts.objects.filter(last_at__lte=timezone.now() - FORGET_AFTER).order_by("last_at")
    deleted, _ = Attempts.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()
    return deleted


def _count(scope: str, value: str, free: int, longest: float) -> Count:
    return Count(salted_hmac("users.throttle", f"{scope}: {value}", algorithm="sha256").hexdigest(), free, longest)


def _network() -> str:
    """Where the call comes from: an IPv4 address, or the /64 that belongs to one IPv6 connection; empty if unknown."""
    current = call.current()
    if current is None or not current.address:
        return ""
    address = ip_address(current.address)
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))


def _let_through(counts: Sequence[Count]) -> None:
    """Count an attempt everywhere, in advance: of many at once, no more get through than may. All or none."""
    with transaction.atomic(durable=True):
        for count in counts:
            _add_to(count)


def _add_to(count: Count) -> None:
    # The row is there and locked before it is looked at, and before the clock is.
    rows = Attempts.objects.select_for_update()
    row, _ = rows.get_or_create(key=count.key, defaults={"last_at": timezone.now()})
    now = timezone.now()
    _require_over(row.not_before, now, count)
    failed = 1 if row.last_at <= now - FORGET_AFTER else row.failed + 1
    delay = _delay(failed, count)
    not_before = now + timedelta(seconds=delay) if delay else None
    Attempts.objects.filter(key=count.key).update(failed=failed, last_at=now, not_before=not_before)


def _require_over(not_before: datetime | None, now: datetime, count: Count) -> None:
    left = (not_before - now).total_seconds() if not_before else 0.0
    # Further ahead than any delay: a clock was wrong, and nobody waits for that.
    if 0 < left <= count.longest:
        raise TooManyAttempts(retry_after=timedelta(seconds=left))


def _delay(failed: int, count: Count) -> float:
    beyond = failed - count.free
    return min(count.longest, FIRST_DELAY * 2 ** min(beyond - 1, 20)) if beyond > 0 else 0.0


def _take_back(counts: Sequence[Count]) -> None:
    Attempts.objects.filter(key__in=[count.key for count in counts], failed__gt=0).update(
        failed=F("failed") - 1, not_before=None
    )


def _remember(user: User) -> None:
    """Note from where the account was signed in to, the latest KNOWN_ADDRESSES of them."""
    network = _network()
    if not network:
        return
    SignInAddress.objects.update_or_create(user=user, network=network, defaults={"last_at": timezone.now()})
    known = SignInAddress.objects.filter(user=user).order_by("-last_at").values_list("pk", flat=True)
    SignInAddress.objects.filter(pk__in=list(known[KNOWN_ADDRESSES : KNOWN_ADDRESSES + BATCH])).delete()

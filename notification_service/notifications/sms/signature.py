"""How Twilio signs what it posts: the address and the sorted form, under the account's token."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings


def is_signed(url: str, form: Sequence[tuple[str, str]], signature: str) -> bool:
    """Whether `signature` is the one that Twilio makes of a `form` posted to `url`."""
    return hmac.compare_digest(sign(url, form).encode(), signature.encode())


def sign(url: str, form: Sequence[tuple[str, str]]) -> str:
    """The header X-Twilio-Signature of a form."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    # SHA-1 is what Twilio chose; as an HMAC it holds.
    digest = hmac.new(settings.SMS_TOKEN.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()

"""Mails as their readers see them, on pages of ours."""

from django.http import HttpResponse

from chassis.pages.headers import PREVIEW, set_policy
from notifications.models import Notification


def preview(notification: Notification) -> HttpResponse:
    """The HTML of a mail as a page for a frame, in which it runs no script and loads nothing."""
    response = HttpResponse(notification.html)
    # Or no browser would frame it at all; the policy says by whom it may be framed.
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return set_policy(response, PREVIEW)

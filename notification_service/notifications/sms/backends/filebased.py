"""Keeps text messages as files instead of sending them: for development."""

import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from notifications.sms.backends.base import BaseSmsBackend, SmsMessage


class SmsBackend(BaseSmsBackend):
    """One JSON file a message in settings.SMS_FILE_PATH; by name, the newest is the last."""

    def send_messages(self, messages: Sequence[SmsMessage]) -> int:
        """Write each message to a file of its own."""
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            _keep(message, folder)
        return len(messages)


def _keep(message: SmsMessage, folder: Path) -> None:
    now = timezone.now()
    file = folder / f"{now:%Y%m%d-%H%M%S-%f}-{message.message_id}.json"
    kept = {
        "message_id": message.message_id,
        "to": message.to,
        "text": message.text,
        "sent_at": now.isoformat(timespec="seconds"),
    }
    # Whoever lists the folder meanwhile sees whole files only.
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(file)

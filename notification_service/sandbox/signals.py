"""What the sandbox tells of messages that it took; real providers call back over HTTP."""

from django.dispatch import Signal

# A message could not be delivered after all: `key` is its key, `reason` says why. Told at least once.
bounced = Signal()

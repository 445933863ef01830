"""Events on their way out: written in the transaction that they tell of, delivered by the worker afterwards.

`chassis.outbox.publishing.publish` announces, `chassis.outbox.relay.relay` delivers.
"""

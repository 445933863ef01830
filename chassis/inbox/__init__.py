"""Events that came in: stored before they are acknowledged, acted on by the worker afterwards.

A service listens in the `consumers.py` of its apps, with `chassis.inbox.registry.consumes`.
"""

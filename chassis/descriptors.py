"""How many files and connections this process may have open."""

import resource


def raise_limit() -> int:
    """Raise the soft limit of descriptors to the hard one, and return it: the usual 1,024 are soon taken by callers."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard

"""`make audit`: judges the shop by its databases and its providers' ledgers, be it at work or not. Changes nothing."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from dev.audit.evidence import Terms
from dev.audit.history import read_history
from dev.audit.report import report
from dev.audit.snapshot import NoEvidence
from dev.audit.verdict import audit
from dev.shop import local_shop


def main() -> int:
    """Print the verdict; 1 if a property is broken, or if there is nothing to judge."""
    asked = arguments().parse_args()
    history = read_history(asked.history) if asked.history else ()
    try:
        verdict = audit(local_shop().data, history=history, terms=terms(asked), patience=asked.patience)
    except NoEvidence as error:
        print(f"There is nothing to audit: {error}.", file=sys.stderr)
        return 1
    print(report(verdict))
    return 0 if verdict.holds else 1


def arguments() -> ArgumentParser:
    """What the command line takes."""
    default = Terms()
    parser = ArgumentParser(prog="make audit ARGS=...", description=__doc__)
    parser.add_argument(
        "--history", type=Path, metavar="FILE", help="what clients were told, as `dev/audit/history.py` writes it"
    )
    parser.add_argument(
        "--overdue-after",
        type=float,
        default=default.overdue_after,
        metavar="SECONDS",
        help="how old unfinished work may be (default %(default).0f)",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=default.overdue_after,
        metavar="SECONDS",
        help="how long to wait for overdue work, should a fault just have been mended (default %(default).0f)",
    )
    parser.add_argument(
        "--dead-letters",
        type=int,
        default=default.dead_letters,
        metavar="COUNT",
        help="how many may be left for a person (default %(default)s)",
    )
    parser.add_argument(
        "--customers-unchanged",
        action="store_true",
        help="nobody changed preference, address or number since the first order: hold messages against these",
    )
    return parser


def terms(asked: Namespace) -> Terms:
    """What may be held against the shop."""
    return Terms(
        overdue_after=asked.overdue_after,
        dead_letters=asked.dead_letters,
        customers_unchanged=asked.customers_unchanged,
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

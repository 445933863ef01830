"""The verdict as a table that a person can read."""

from collections.abc import Iterator

from dev.audit.verdict import Finding, Verdict

SHOWN = 5  # Violations of one property; of the rest, only the number.


def report(verdict: Verdict) -> str:
    """A line for each property, with the first of its violations below it, and what was not judged."""
    lines = [_line("property", "looked at", "verdict")]
    for finding in verdict.findings:
        lines.extend(_of(finding))
    lines.append(_summary(verdict))
    return "\n".join(lines)


def _of(finding: Finding) -> Iterator[str]:
    subject, count = finding.subject, len(finding.violations)
    said = "holds" if finding.seen else "nothing to see"
    if count:
        said = f"BROKEN: {count}"
    yield _line(f"{subject.code}  {subject.meaning}", f"{finding.seen} {subject.things}", said)
    for violation in finding.violations[:SHOWN]:
        yield f"      {violation.thing}: {violation.sentence}"
    if count > SHOWN:
        yield f"      ... and {count - SHOWN} more"


def _line(subject: str, seen: str, said: str) -> str:
    return f"{subject:<70}{seen:>24}   {said}"


def _summary(verdict: Verdict) -> str:
    count = len(verdict.violations)
    said = f"violations: {count}" if count else "everything holds"
    waiting = f", after {verdict.waited:.1f} s" if verdict.waited >= 1 else ""
    return (
        f"\n{said}{waiting}\n"
        f"under way: {verdict.under_way} pieces of work; moved while they were looked at: {verdict.moving}"
    )

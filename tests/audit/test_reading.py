"""Reading the evidence from databases."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from dev.audit.evidence import Evidence
from dev.audit.reading import read
from dev.audit.snapshot import NoEvidence, identity, moment, snapshot
from tests.audit.doctor import Doctor
from tests.audit.story import Story


def test_an_id_has_one_form_whatever_the_database_makes_of_it() -> None:
    value = UUID("7ea00000-0000-4000-8000-000000000001")

    assert identity(value.hex) == identity(value) == str(value)
    assert identity(None) is None


def test_a_time_is_the_same_however_precisely_it_is_written() -> None:
    assert moment("2026-01-02 03:04:05.250") == moment("2026-01-02 03:04:05.250000") == 1767323045.25
    assert moment(None) is None


def test_a_snapshot_does_not_see_what_is_written_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE things (id TEXT)")
        with snapshot(file) as seen:
            assert seen.rows("SELECT id FROM things") == []
            writer.execute("INSERT INTO things VALUES ('new')")

            assert seen.rows("SELECT id FROM things") == []


def test_nothing_can_be_written_through_a_snapshot(story: Story) -> None:
    with snapshot(story.data / "order_service" / "db.sqlite3") as seen, pytest.raises(NoEvidence, match="readonly"):
        seen.rows("DELETE FROM orders_order")


def test_what_does_not_move_is_not_moving(evidence: Evidence) -> None:
    assert evidence.moving == frozenset()


def test_without_databases_there_is_no_evidence(tmp_path: Path) -> None:
    with pytest.raises(NoEvidence, match="is not there"):
        read(tmp_path)


def test_databases_of_another_version_are_no_evidence(doctor: Doctor) -> None:
    (doctor.data / "notification_service" / "provider.sqlite3").write_bytes(b"")

    with pytest.raises(NoEvidence, match="no such table: sandbox_ledgerentry"):
        read(doctor.data)

"""A full disk costs raw samples first, then decisions wait, and no night ends of it."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.device.night import Event, HealthRow
from edgekit.device.night_reader import open_night
from edgekit.device.night_writer import NightWriter
from edgekit.errors import EdgekitError

from .made_night import DECISIONS, META, steady


def test_a_full_disk_costs_the_samples_and_never_the_night(tmp_path: Path) -> None:
    """SQLite's own word for it: some pages more, as when another program makes room."""
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages + 10}")
        writer.add_samples(steady(300, 2000))
        writer.add_decisions(DECISIONS)
        writer.flush()
        writer._db.execute("PRAGMA max_page_count = 100000")
        writer.add_samples(steady(5, 3000))
        writer.flush()
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 3000.0]
        assert len(night.decisions()) == 2
        full, gap = night.events()
    assert (full.kind, full.at_s) == ("disk full", 2000.0)
    assert (gap.kind, gap.at_s) == ("gap", 2000.0)
    assert gap.detail.startswith("300.000 s of samples not kept")


def test_raw_samples_leave_a_reserve_for_decisions(tmp_path: Path) -> None:
    path, free = tmp_path / "a.night", [1 << 40]
    with NightWriter(path, META, lambda _folder: free[0]) as writer:
        for index in range(4):
            free[0] = 1000 if index == 2 else 1 << 40
            writer.add_samples(steady(5, 1000 + 5 * index))
            writer.add_event(Event(1000.0 + index, "tick"))
            writer.flush()
    with open_night(path) as night:
        kept = np.concatenate([part.xyz_g for part in night.samples()])
        gaps = [event.detail for event in night.events() if event.kind == "gap"]
    assert len(kept) == 3 * 250
    assert gaps == ["5.000 s of samples not kept: the disk was full"]


def test_a_night_that_ends_on_a_full_disk_says_what_it_lacks(tmp_path: Path) -> None:
    path, free = tmp_path / "a.night", [1 << 40]
    with NightWriter(path, META, lambda _folder: free[0]) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        free[0] = 0
        writer.add_samples(steady(5, 1005))
    with open_night(path) as night:
        assert [(event.kind, event.at_s) for event in night.events()] == [
            ("disk full", 1005.0), ("gap", 1005.0),
        ]  # fmt: skip
        assert night.ended_well


def test_decisions_that_find_no_room_wait_until_there_is_some(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter(path, META) as writer:
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages}")
        for at_s in range(1000, 1300):
            writer.add_event(Event(float(at_s), "tick", "x" * 100))
            writer.flush(HealthRow(float(at_s), 0, 50.0, 0, 0, 0))
        assert writer.holds_rows
        writer._db.execute("PRAGMA max_page_count = 100000")
    with open_night(path) as night:
        assert [event.at_s for event in night.events()] == list(range(1000, 1300))
        assert night.health().at_s.tolist() == list(range(1000, 1300))


def test_a_night_whose_decisions_are_lost_to_the_disk_ends_with_an_error(tmp_path: Path) -> None:
    writer = NightWriter(tmp_path / "a.night", META)
    (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
    writer._db.execute(f"PRAGMA max_page_count = {pages}")
    for at_s in range(300):
        writer.add_event(Event(float(at_s), "tick", "x" * 100))
    with pytest.raises(EdgekitError, match=r"No space left.*Make room"):
        writer.close()

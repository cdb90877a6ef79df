"""Another model over a recorded night."""

import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.rescore import rescore
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import UsageError
from edgekit.night.reader import open_night
from edgekit.recording import Recording
from tests.helpers.bundles import make_bundle
from tests.helpers.monitored import monitor

Lying = Callable[..., Recording]
T0_S = 1_795_469_400.0


@pytest.fixture
def night(tmp_path: Path, lying: Lying, bundle: Bundle) -> Path:
    path = tmp_path / "tuesday.night"
    recordings = [
        lying("supine", "left", "prone", seconds=90, rate_hz=49.5, start_s=T0_S),
        lying("right", "supine", seconds=90, rate_hz=49.5, start_s=T0_S + 300),
        lying("left", seconds=90, rate_hz=25.0, start_s=T0_S + 600),
    ]
    monitor(Replay(recordings, FULL_SPEED), bundle, path)
    return path


def test_the_same_bundle_gives_the_same_decisions(night: Path, bundle: Bundle) -> None:
    done = rescore(night, bundle, night.with_name("again.night"))
    with open_night(night) as first, open_night(done.night) as again:
        before, after = first.decisions(), again.decisions()
        assert len(before) == len(after) == done.windows > 400
        assert done.agreed == 1.0
        for name in before.__dataclass_fields__:
            if name != "start_s":
                np.testing.assert_array_equal(getattr(before, name), getattr(after, name), name)
        np.testing.assert_allclose(before.start_s, after.start_s, rtol=0, atol=1e-4)


def test_samples_and_health_stay_as_they_were(night: Path, bundle: Bundle) -> None:
    done = rescore(night, bundle, night.with_name("again.night"))
    with open_night(night) as first, open_night(done.night) as again:
        before, after = ([s.xyz_g for s in each.samples()] for each in (first, again))
        np.testing.assert_array_equal(np.concatenate(before), np.concatenate(after))
        assert again.health() == first.health()
        assert [e.kind for e in again.events()] == ["rescored", *(e.kind for e in first.events())]
        assert again.ended_well and first.start_s == again.start_s
    assert done.night.stat().st_mode & 0o777 == 0o600


def test_blocks_of_samples_are_copied_as_they_lie(night: Path, bundle: Bundle) -> None:
    def blocks(path: Path) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as db:
            return db.execute("SELECT count, coding, xyz_g FROM samples ORDER BY id").fetchall()

    with closing(sqlite3.connect(night)) as db, db:  # as no edgekit would deflate it
        ((at, deflated),) = db.execute("SELECT id, xyz_g FROM samples LIMIT 1")
        as_it_is = zlib.compress(zlib.decompress(deflated), 0)
        db.execute("UPDATE samples SET xyz_g = ? WHERE id = ?", (as_it_is, at))
    done = rescore(night, bundle, night.with_name("again.night"))
    assert blocks(done.night) == blocks(night)


def test_what_was_noticed_of_the_sensor_is_what_the_new_decisions_tell(
    tmp_path: Path, lying: Lying, bundle: Bundle
) -> None:
    path, turns = tmp_path / "a.night", ("supine", "left", "right", "supine", "left", "right")
    worn = lying(*turns, *turns, seconds=240, start_s=T0_S)
    worn.xyz_g[len(worn) // 2 :, 1] += 0.7  # it slips by 35 degrees
    monitor(Replay([worn], FULL_SPEED), bundle, path)
    with closing(sqlite3.connect(path)) as db, db:
        insert = (
            "INSERT INTO events (run, at_s, kind, detail) VALUES (1, ?, 'placement', 'elsewhere')"
        )
        db.execute(insert, (T0_S + 900,))  # as another model would have it
    done = rescore(path, bundle, tmp_path / "again.night")
    with open_night(path) as first, open_night(done.night) as again:
        expected = [event for event in first.events() if event.detail != "elsewhere"]
        assert "slipped" in [event.kind for event in expected]
        assert [(e.kind, e.detail) for e in again.events()[1:]] == [
            (e.kind, e.detail) for e in expected
        ]


def test_another_bundle_is_named_in_the_new_night(tmp_path: Path, night: Path) -> None:
    other = load_bundle(make_bundle(tmp_path / "other", extra="another digest"))
    done = rescore(night, other, tmp_path / "b.night")
    with open_night(done.night) as again:
        assert again.meta.bundle_name == "other"
        assert again.meta.bundle_digest == other.digest


def test_a_night_is_never_overwritten(night: Path, bundle: Bundle) -> None:
    before = night.read_bytes()
    with pytest.raises(UsageError, match="already exists"):
        rescore(night, bundle, night)
    assert night.read_bytes() == before
    assert [path.name for path in night.parent.glob(".*")] == []

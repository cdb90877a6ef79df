"""What the placement watch said of nights, counted."""

import numpy as np
import pytest

from edgekit.benchmarks.studies.placement import NOTHING, WatchedNight, nights, table
from edgekit.night.night import Event
from edgekit.spec import SLEEP

MOVED = Event(0.0, "placement", "recognised at the neck")
SLIPPED = Event(0.0, "slipped", "tilted")


def night(what: str, *events: Event, delay_min: float = 12.0) -> WatchedNight:
    return WatchedNight("chest", what, list(events), delay_min if events else float("nan"))


def test_whatever_is_reported_of_an_undisturbed_night_is_false() -> None:
    lines = table([night(NOTHING, SLIPPED, MOVED), night(NOTHING)])
    assert lines[0].split()[1:5] == ["nothing", "1", "of", "2"]
    assert lines[-1] == "false: 2 in 16 h"


def test_a_move_counts_as_reported_when_it_is_reported_as_a_placement() -> None:
    found = [
        night("worn at the neck", MOVED, delay_min=10.0),
        night("worn at the neck", MOVED, delay_min=20.0),
        night("worn at the neck", SLIPPED),
        night("worn at the abdomen"),
    ]
    assert table(found)[-1].startswith("worn elsewhere: told as a placement in 2 of 4, half of")
    assert "within 15 min" in table(found)[-1]


def test_each_placement_has_a_still_night_three_slips_and_two_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("edgekit.benchmarks.studies.placement.HOURS", 0.05)
    found = list(nights(300, 30.0))
    assert [placement for placement, _, _ in found] == list(np.repeat(SLEEP.placements, 6))
    lengths = {len(recording) for _, _, recording in found}
    assert lengths == {round(0.05 * 3600 * SLEEP.rate_hz)}
    (_, _, still), *others = (each for each in found if each[0] == "neck")
    for _, _, other in others:
        half = len(still) // 2
        assert np.array_equal(other.xyz_g[:half], still.xyz_g[:half])
        assert not np.array_equal(other.xyz_g[half:], still.xyz_g[half:])

"""Suggestions: a bundle's smoothed answers, or a night's own, as spans on the file's time."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.label.changes import change_points
from edgekit.device.label.recorded_file import read_recorded_file
from edgekit.device.label.suggestions import Suggested, suggest
from edgekit.device.sources.source import Replay
from edgekit.errors import EdgekitError
from edgekit.spec import SLEEP
from tests.helpers.label_page import unlabelled
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor
from tests.helpers.nights import START_S, decisions, write_night


def suggested(path: Path, bundle: Bundle | None = None) -> Suggested:
    recorded = read_recorded_file(path)
    return suggest(recorded, bundle, change_points(recorded.signal), lambda _share: None)


def test_a_turn_is_suggested_where_the_signal_turns(tmp_path: Path, bundle: Bundle) -> None:
    unlabelled(tmp_path / "ann.npz", "supine", "left", "prone")
    spans = suggested(tmp_path / "ann.npz", bundle)["posture"]
    assert [span.name for span in spans] == ["supine", "left", "prone"]
    assert [span.start_s for span in spans] == pytest.approx([0, 30, 60], abs=0.5)
    assert spans[0].end_s == spans[1].start_s and all(span.confidence > 0.8 for span in spans)


def test_a_nights_own_decisions_are_suggested_on_its_own_time(
    tmp_path: Path, bundle: Bundle
) -> None:
    before = make_lying("supine", "left", start_s=START_S)
    after = make_lying("left", "prone", start_s=before.end_s + 40)
    path = tmp_path / "tuesday.night"
    monitor(Replay([before, after], np.inf), bundle, path)
    assert read_recorded_file(path).signal.gaps == [(60.0, 100.0)]
    own, again = suggested(path)["posture"], suggested(path, bundle)["posture"]
    assert [span.name for span in own] == ["supine", "left", "left", "prone"]
    assert [span.start_s for span in own] == pytest.approx([0, 30, 100, 130], abs=0.5)
    assert own[1].end_s <= 60.0 and own[-1].end_s <= 160.0
    assert again == own


def test_what_was_not_worn_is_not_suggested(tmp_path: Path) -> None:
    night = decisions([("supine", 0.05), ("off!", 0.05), ("left", 0.1)])
    path = write_night(tmp_path / "tuesday.night", night)
    first, second = suggested(path)["posture"]
    assert (first.name, second.name) == ("supine", "left")
    assert second.start_s - first.end_s >= 2 * SLEEP.hop_s


def test_a_recording_shorter_than_a_window_says_so(tmp_path: Path, bundle: Bundle) -> None:
    unlabelled(tmp_path / "ann.npz", "supine", seconds=SLEEP.window_s / 2)
    with pytest.raises(EdgekitError, match="too short: a window is 2 s"):
        suggested(tmp_path / "ann.npz", bundle)

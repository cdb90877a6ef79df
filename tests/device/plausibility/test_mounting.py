"""A night whose sensor was not calibrated says which way round it was taken to sit."""

from edgekit.device.plausibility.mounting import not_calibrated
from edgekit.device.report.notes import notes_on_doubts
from edgekit.doubt import warning
from edgekit.spec import SLEEP, WISDM


def test_it_is_a_note_and_no_warning() -> None:
    doubts = not_calibrated(SLEEP, "Run: edgekit calibrate")
    assert notes_on_doubts(doubts) == [
        "Not calibrated: assuming x points to the left, y to the head, z out of the chest. Run: "
        "edgekit calibrate."
    ]
    assert warning(doubts) == []


def test_activities_need_no_calibration() -> None:
    assert not_calibrated(WISDM) == ()

"""What the host makes of a wearable's mounting and alarms, streamed and stored."""

import numpy as np
import pytest

from edgekit.calibration import Calibration
from edgekit.device.sources.wearable.alarms import StreamedAlarms
from edgekit.device.sources.wearable.decisions import WearableAnswer
from edgekit.device.sources.wearable.records import UNANSWERED, DeviceAlarm, DeviceMounting
from edgekit.device.sources.wearable.settings import (
    check_mounting,
    keep_mounting,
    keep_therapy,
    mounting_of,
    set_mounting,
)
from edgekit.device.sources.wearable.utc_clock import UtcClock
from edgekit.errors import EdgekitError, UsageError
from edgekit.mounting import Mounting
from edgekit.spec import SLEEP, WISDM
from edgekit.therapy_policy import Policy, check_alarm
from tests.helpers.fake_wearable import MODEL, ScriptedLine, ScriptEndedError, framed

TURNED = Mounting.of(Calibration(((-1, 0, 0), (0, 1, 0), (0, 0, -1))))


def link_of(*records):
    from edgekit.device.sources.wearable.link import Link

    return Link(ScriptedLine(framed(list(records))))  # type: ignore[arg-type]


def test_the_wearable_s_answer_is_what_counts() -> None:
    kept = DeviceMounting(*vars(set_mounting(TURNED)).values())
    keep_mounting(link_of(kept), TURNED)
    with pytest.raises(EdgekitError, match="did not keep the setting"):
        keep_mounting(link_of(kept), None)
    with pytest.raises((EdgekitError, ScriptEndedError)):
        keep_therapy(link_of(kept), "supine", Policy())


def test_a_mounting_that_is_no_rotation_is_refused_by_the_host() -> None:
    with pytest.raises(EdgekitError, match="no rotation"):
        mounting_of(DeviceMounting(1, *[0] * 12))


def test_a_night_ends_where_the_mounting_changes() -> None:
    kept = DeviceMounting(*vars(set_mounting(TURNED)).values())
    check_mounting(kept, TURNED, "PORT")
    for other in (None, Mounting.IDENTITY):
        with pytest.raises(EdgekitError, match="another mounting now"):
            check_mounting(kept, other, "PORT")


def test_an_alarm_and_its_response_have_one_date_though_the_clock_was_set_between() -> None:
    utc, alarms = UtcClock(1e9), StreamedAlarms()
    alarms.add(DeviceAlarm(5_000_000, 3, 2, 60, UNANSWERED), utc)
    utc.set(1e9 + 7)
    alarms.add(DeviceAlarm(5_000_000, 3, 2, 60, 8400), utc)
    first, answered = alarms.take()
    assert first.start_s == answered.start_s == 1e9 + 5
    assert (answered.attempt, answered.level, answered.strength) == (3, 2, 0.6)
    assert (first.response_s, answered.response_s) == (None, 8.4)
    assert alarms.take() == ()


def test_the_night_says_by_which_calibration_the_wearable_decided() -> None:
    assert WearableAnswer(MODEL).calibration is None
    calibration = WearableAnswer(MODEL, TURNED).calibration
    assert calibration is not None
    np.testing.assert_allclose(calibration.rotation, np.diag([-1, 1, -1]), atol=1e-9)


def test_an_alarm_is_refused_for_a_model_without_body_axes_and_in_an_unknown_mode() -> None:
    check_alarm(SLEEP, "supine")
    check_alarm(WISDM, "off")
    with pytest.raises(UsageError, match="sleep postures"):
        check_alarm(WISDM, "baseline")
    with pytest.raises(UsageError, match="supine, baseline or off"):
        check_alarm(SLEEP, "printed")


def test_the_calibrations_of_two_greetings_of_one_wearable_are_equal() -> None:
    assert TURNED.calibration() == TURNED.calibration(), "a night can be resumed"

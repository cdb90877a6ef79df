import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, lists
from scipy.spatial.transform import Rotation

from edgekit.device.decide.placement_watch import PlacementWatch
from edgekit.device.decide.posture import movement_g, window_angle_deg
from edgekit.device.decide.wear import Wear
from edgekit.night.night import Decisions, Event
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night
from edgekit.windows import WindowCutter
from tests.helpers.gravity import gravity_at

MINUTE = 50  # windows


def decisions(gravity_g: np.ndarray, placement: np.ndarray, state: np.ndarray) -> Decisions:
    count = len(gravity_g)
    ones, none = np.ones(count), np.full(count, -1)
    angle = window_angle_deg(SLEEP, gravity_g)
    return Decisions(
        start_s=SLEEP.hop_s * np.arange(count), posture=none, placement=placement,
        posture_confidence=ones, placement_confidence=ones, raw_posture=none, raw_placement=none,
        torso_angle_deg=angle, state=state, movement_g=ones, truth=none,
    )  # fmt: skip


def turning(minutes: int, each: int = 15) -> np.ndarray:
    """(windows, 3) gravity of one who turns from back to left to right every 15 minutes."""
    angles = [(90.0, 180.0, 0.0)[minute // each % 3] for minute in range(minutes)]
    return np.repeat([gravity_at(angle) for angle in angles], MINUTE, axis=0)


def seen(gravity_g: np.ndarray, placement: np.ndarray | int = 1) -> list[Event]:
    places = np.broadcast_to(placement, len(gravity_g))
    state = np.full(len(gravity_g), "worn")
    return PlacementWatch(SLEEP).push(decisions(gravity_g, places, state), gravity_g)


def test_a_sensor_that_stays_raises_nothing() -> None:
    assert seen(turning(240)) == []


def test_a_sensor_that_is_worn_elsewhere_is_reported_once_over_turns() -> None:
    places = np.repeat([1, 2], 120 * MINUTE)
    (event,) = seen(turning(240), places)
    assert event.kind == "placement" and "abdomen" in event.detail
    assert 120 * 60 < event.at_s < 180 * 60


def test_a_place_that_a_net_takes_a_posture_for_is_no_move() -> None:
    by_posture = np.where(turning(240)[:, 2] > 0.5, 0, 1)  # neck whenever supine
    assert seen(turning(240), by_posture) == []


def test_one_posture_in_which_it_is_where_it_was_denies_a_move() -> None:
    """A net that takes two of the three postures for places, from one hour of the night on.

    Told of a move after ten minutes, the watch hears of the third posture in time when the wearer
    turns every four.
    """
    gravity_g = turning(240, each=4)
    late = np.arange(len(gravity_g)) > 120 * MINUTE
    supine = gravity_g[:, 2] > 0.5
    assert seen(gravity_g, np.where(late & ~supine, 2, 1)) == []
    assert seen(gravity_g, np.where(late, 2, 1)) != []


def test_a_place_that_a_net_takes_one_posture_for_is_no_move_however_late() -> None:
    gravity_g = turning(240)
    late = np.arange(len(gravity_g)) > 120 * MINUTE
    supine = gravity_g[:, 2] > 0.5
    assert seen(gravity_g, np.where(late & supine, 2, 1)) == []


def test_two_postures_at_two_other_places_are_no_move() -> None:
    gravity_g = turning(240)
    late = np.arange(len(gravity_g)) > 120 * MINUTE
    supine, left = gravity_g[:, 2] > 0.5, gravity_g[:, 0] < -0.5
    places = np.where(late & supine, 2, np.where(late & left, 0, 1))
    without_right = supine | left
    assert seen(gravity_g[without_right], places[without_right]) == []


def test_a_move_is_reported_ten_minutes_on_in_the_second_posture() -> None:
    gravity_g = turning(240, each=8)
    (event,) = seen(gravity_g, np.repeat([1, 2], 120 * MINUTE))
    assert 9 <= event.at_s / 60 - 120 <= 11


def test_a_slip_about_the_long_axis_reads_as_one_who_lies_so() -> None:
    gravity_g = turning(240)
    half = len(gravity_g) // 2
    gravity_g[half:] = Rotation.from_euler("y", 30, degrees=True).apply(gravity_g[half:])
    assert seen(gravity_g) == []


@pytest.mark.parametrize("about", ["x", "z"])
def test_a_sensor_that_slips_is_reported(about: str) -> None:
    gravity_g = turning(240)
    half = len(gravity_g) // 2
    slip = Rotation.from_euler(about, 30, degrees=True)
    gravity_g[half:] = slip.apply(gravity_g[half:])
    assert "slipped" in {event.kind for event in seen(gravity_g)}


def test_who_is_propped_up_in_one_posture_has_not_slipped() -> None:
    gravity_g = turning(240)
    begin = 180 * MINUTE  # on the back from here for 15 min
    prop = Rotation.from_euler("x", 30, degrees=True)
    gravity_g[begin : begin + 15 * MINUTE] = prop.apply(gravity_g[begin : begin + 15 * MINUTE])
    assert seen(gravity_g) == []


def test_what_lies_off_the_body_is_not_looked_at() -> None:
    gravity_g = turning(240)
    places = np.repeat([1, 2], 120 * MINUTE)
    state = np.repeat(["worn", "off"], 120 * MINUTE)
    assert PlacementWatch(SLEEP).push(decisions(gravity_g, places, state), gravity_g) == []


@pytest.fixture(scope="module")
def moved() -> tuple[np.ndarray, Decisions, list[Event]]:
    """Gravity and decisions of a sensor that moves after two hours; the events of them at once."""
    gravity_g, places = turning(240), np.repeat([1, 2], 120 * MINUTE)
    whole = decisions(gravity_g, places, np.full(len(gravity_g), "worn"))
    return gravity_g, whole, PlacementWatch(SLEEP).push(whole, gravity_g)


@settings(max_examples=50)
@given(cuts=lists(integers(1, 240 * MINUTE - 1), max_size=5))
def test_events_do_not_depend_on_how_decisions_are_batched(
    moved: tuple[np.ndarray, Decisions, list[Event]], cuts: list[int]
) -> None:
    gravity_g, whole, expected = moved
    watch, events = PlacementWatch(SLEEP), []
    ends = sorted({*cuts, len(gravity_g)})
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        part = Decisions(**{name: value[begin:end] for name, value in vars(whole).items()})
        events += watch.push(part, gravity_g[begin:end])
    assert events == expected


def of_night(slip: Rotation | None, seed: int) -> list[str]:
    xyz_g = simulate_night(seed, 6.0).recording.xyz_g
    if slip:
        half = len(xyz_g) // 2
        xyz_g[half:] = slip.apply(xyz_g[half:])
    windows = WindowCutter(SLEEP.window, SLEEP.hop).push(xyz_g)
    gravity_g = windows.mean(axis=1, dtype=np.float64)
    state = Wear(SLEEP).push(gravity_g, movement_g(windows))
    whole = decisions(gravity_g, np.ones(len(windows), int), state)
    return [event.kind for event in PlacementWatch(SLEEP).push(whole, gravity_g)]


def test_a_simulated_night_has_no_slip_and_one_that_slips_has() -> None:
    assert of_night(None, seed=1) == []
    assert "slipped" in of_night(Rotation.from_euler("z", 35, degrees=True), seed=1)

"""On the real sensor: an ADXL345 on 254 resting people, a minute each."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.device.decide.posture import movement_g
from edgekit.device.decide.wear import Wear
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic.adxl345 import draw_sensor, to_counts, to_g
from edgekit.windows import WindowCutter

MINUTE = 3003  # samples
STEP_G = 0.0039  # of the ADXL345 in full resolution


def states(xyz_g: np.ndarray) -> list[str]:
    windows = WindowCutter(SLEEP.window, SLEEP.hop).push(xyz_g.astype(np.float32))
    return pushed(Wear(SLEEP), windows).tolist()


def pushed(wear: Wear, windows: np.ndarray) -> np.ndarray:
    return wear.push(windows.mean(axis=1, dtype=np.float64), movement_g(windows))


def drifting(seed: int) -> np.ndarray:
    """Five minutes of a simulated unit that cools on a table, 0.5 mg rms of 1/f drift an axis."""
    random, samples = np.random.default_rng(seed), 5 * MINUTE
    frequency = np.maximum(np.fft.rfftfreq(samples), 1 / samples)
    pink = random.normal(size=(3, len(frequency), 2)) @ (1, 1j) / np.sqrt(frequency)
    drift = np.fft.irfft(pink, samples).T
    drift *= 0.0005 / drift.std(axis=0)
    cooling_c = 21 + 13 * np.exp(-np.arange(samples) / 50 / 900)
    sensor = draw_sensor(random)
    return to_g(to_counts(sensor, np.array([0.1, 0.2, 0.97]) + drift, random, cooling_c))


def on_a_table(samples: int, noise_g: float = 0.004, seed: int = 0) -> np.ndarray:
    xyz_g = np.random.default_rng(seed).normal((0.1, 0.2, 0.97), noise_g, (samples, 3))
    return np.rint(xyz_g / STEP_G) * STEP_G


@pytest.fixture
def resting_minutes(real: Path) -> list[np.ndarray]:
    with np.load(real / "adxl345-rest" / "a3c_breathing.npz") as data:
        counts, person, step_g = data["counts"], data["rec"], data["lsb_mg"] / 1000
    return [counts[person == index] * step_g for index in np.unique(person)]


def test_no_resting_person_s_breathing_is_taken_for_a_table(resting_minutes) -> None:
    assert len(resting_minutes) == 254
    # Twice over, so that each minute is judged from every start within it.
    assert not any("off" in states(np.tile(minute, (2, 1))) for minute in resting_minutes)


def test_nor_are_they_one_after_another(resting_minutes) -> None:
    """4.27 h on end, with no more than the real leaps from person to person."""
    joined = np.concatenate(resting_minutes)
    assert len(joined) / 50 / 3600 == pytest.approx(4.27, abs=0.01)
    assert "off" not in states(joined)


def test_any_unit_that_is_laid_on_a_table_is_found_within_two_minutes() -> None:
    for seed in range(40):
        found = states(drifting(seed))
        assert "off" in found[: round((120 - SLEEP.window_s) / SLEEP.hop_s)], seed


@pytest.mark.parametrize("noise_g", [0.001, 0.004, 0.005])
def test_a_sensor_on_a_table_is_off_after_a_minute_and_not_before(noise_g: float) -> None:
    found = states(on_a_table(3 * MINUTE, noise_g))
    assert found[:49] == ["worn"] * 49
    assert found[49:] == ["off"] * (len(found) - 49)


def test_one_who_takes_it_up_again_is_worn_at_once(resting_minutes) -> None:
    found = states(np.concatenate([on_a_table(2 * MINUTE), resting_minutes[0]]))
    laid_down = (2 * MINUTE - 100) // 60
    assert found[laid_down] == "off"
    assert "off" not in found[laid_down + 3 :]


def test_after_a_gap_a_new_minute_is_needed() -> None:
    windows = WindowCutter(SLEEP.window, SLEEP.hop).push(on_a_table(2 * MINUTE).astype(np.float32))
    wear = Wear(SLEEP)
    assert pushed(wear, windows)[-1] == "off"
    wear.restart()
    assert set(pushed(wear, windows[:49])) == {"worn"}


def test_the_state_does_not_depend_on_how_windows_are_batched() -> None:
    windows = WindowCutter(SLEEP.window, SLEEP.hop).push(on_a_table(2 * MINUTE).astype(np.float32))
    wear = Wear(SLEEP)
    one_by_one = [pushed(wear, windows[index : index + 1])[0] for index in range(len(windows))]
    assert one_by_one == pushed(Wear(SLEEP), windows).tolist()

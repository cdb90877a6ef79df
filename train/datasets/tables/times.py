"""Turn time stamps into a rate and gaps: unit, jitter, doubled stamps, clocks that jump.

The rate is taken from whole stretches between gaps, because a step of 1/64 s written in
milliseconds is 15 or 16 ms, and its median would be 62.5 or 66.7 Hz.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording_checks import YEAR_2100_S
from edgekit.stretches import stretches

UNITS_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86_400.0}
BY_RATE = ("s", "ms", "us", "ns")  # units that are taken where nothing names one
UNIT_WORDS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "unix": "s",
    "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms", "unix ms": "ms",
    "us": "us", "µs": "us", "μs": "us", "microseconds": "us", "micros": "us",
    "ns": "ns", "nanoseconds": "ns",
    "min": "min", "mins": "min", "minutes": "min", "h": "h", "hours": "h", "d": "d", "days": "d",
}  # fmt: skip
COUNTS = {"samples", "sample", "rows", "ticks", "frames", "index", "counts", "#"}  # no times
# Units are 1000 times apart and these rates 100 times: at most one unit gives such a rate.
CERTAIN_HZ = (4.0, 400.0)
UNIX_S = (946_684_800.0, YEAR_2100_S)  # the years 2000 to 2100: no device has run that long

GAP_STEPS = 1.5  # a step this many times the usual is a gap
LONGEST_JITTER_S = 1.0
SAID_JITTER = 0.2  # of a sample's step
RATE_BLOCK = 256  # samples over which the rate is watched
RATE_CHANGE = 1.3
MOST_BACK = 0.3  # share of steps back, from which rows are not in the order of their times
LEAST_IN_TURNS = 20  # rows, to tell two sensors
BATCHED = 0.3  # share of repeated stamps, from which the clock is coarse or samples come in batches


@dataclass(frozen=True)
class Timing:
    """What the stamps of N samples say."""

    stretches: tuple[tuple[int, int], ...]  # [begin, end) of each gapless stretch
    rates_hz: tuple[float, ...]  # one a stretch
    starts_s: tuple[float, ...]
    gaps: int
    jumps_back: int
    lost_s: float  # in the gaps forwards
    jitter_s: float  # largest distance of a stamp from its even place
    doubled: int  # stamps that repeat the one before


def time_unit(stamp: NDArray[np.float64], stated: str, wanted: str | None, path: Path) -> str:
    """Return the unit of numeric stamps (N,): `wanted`, else the header's, else by the rate.

    Raises UsageError where the rate leaves the unit open, naming --time-unit.
    """
    if wanted:
        return wanted
    if stated.lower() in UNIT_WORDS:
        return UNIT_WORDS[stated.lower()]
    step = _mean_step(stamp)
    low, high = CERTAIN_HZ
    if not step:
        raise _not_in_order(path)
    for name in BY_RATE:
        seconds = UNITS_S[name]
        if low <= 1 / (step * seconds) <= high and stated.lower() not in COUNTS:
            return name
    raise UsageError(
        f"{path}: its times go up by {step:.6g} a row, which is no usual rate in s, ms, us or ns. "
        "Decide with --time-unit, or, if it is a count of rows, skip it with --columns -,x,y,z and "
        "give --rate."
    )


def is_unix(time_s: float) -> bool:
    """Tell whether seconds are Unix time, by the year that they would be in."""
    return UNIX_S[0] <= time_s < UNIX_S[1]


def find_timing(time_s: NDArray[np.float64], path: Path) -> Timing:
    """Find gaps, rates and jitter of stamps (N,) in seconds, N >= 2.

    Raises EdgekitError where no two stamps follow each other.
    """
    step = np.diff(time_s)
    if (step < 0).mean() > MOST_BACK:
        raise _not_in_order(path)
    usual, limit = _usual_step(step, path)
    breaks = np.zeros(len(time_s), np.bool_)
    breaks[1:] = (step > limit) | (step < -limit)
    jumps_back = int((step < -limit).sum())
    forwards = step[step > limit]
    for begin, end in stretches(breaks):
        breaks[begin + _rate_changes(time_s[begin:end], limit)] = True
    parts = stretches(breaks)
    fits = [_line(time_s[begin:end], usual) for begin, end in parts]
    common = _common_step(parts, fits, usual)
    rates, starts = [], []
    for (begin, end), fit in zip(parts, fits, strict=True):
        # A short stretch does not tell its own rate: it has to differ by more than its jitter.
        own = abs(fit.step_s - common) * (end - begin) > 4 * fit.jitter_s
        step_s = fit.step_s if own and fit.step_s > 0 else common
        rates.append(1 / step_s)
        is_usual = abs(time_s[begin] - fit.start_s) <= step_s / 2
        starts.append(float(time_s[begin]) if is_usual else fit.start_s)
    return Timing(
        tuple(parts),
        tuple(rates),
        tuple(starts),
        len(parts) - 1,
        jumps_back,
        float(forwards.sum()),
        max(fit.jitter_s for fit in fits),
        int((step == 0).sum()),
    )


def repeated_rows(time: NDArray[np.float64], xyz: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Mark rows (N,) that repeat the one before, time and samples.

    Equal samples at a coarse clock repeat too: these are none, as three in a row have one time.
    """
    none = np.zeros(len(time), np.bool_)
    if len(time) < 3:
        return none
    same_time = np.append(False, np.diff(time) == 0)
    same = same_time & np.append(False, (np.diff(xyz, axis=0) == 0).all(axis=1))
    in_threes = bool((same_time[1:] & same_time[:-1]).any())
    return none if in_threes or same.sum() < 0.95 * same_time.sum() else same


def check_one_sensor(time: NDArray[np.float64], xyz: NDArray[np.floating], path: Path) -> None:
    """Raise UsageError where rows (N,) of two sensors take turns, each at the other's time.

    Then a sample is nearer to the last but one than to the last, as in no series of one sensor.
    """
    if len(time) < LEAST_IN_TURNS:
        return
    doubled = np.diff(time) == 0
    in_pairs = max(doubled[::2].mean(), doubled[1::2].mean()) > 0.9 and doubled.mean() < 0.6
    if not in_pairs:
        return
    to_last = np.median(np.linalg.norm(np.diff(xyz, axis=0), axis=1))
    to_last_but_one = np.median(np.linalg.norm(xyz[2:] - xyz[:-2], axis=1))
    if to_last_but_one < 0.5 * to_last:
        raise UsageError(
            f"{path}: each time stands twice, with samples of two sensors in turn. Make a file of "
            "each sensor."
        )


def timing_notes(timings: Sequence[Timing], twice: int) -> list[str]:
    """Return what is doubtful of the clock; `twice`: rows that repeated the one before."""
    notes = []
    jitter_s = max((timing.jitter_s for timing in timings), default=0.0)
    rates = [rate for timing in timings for rate in timing.rates_hz]
    if rates and jitter_s * max(rates) > SAID_JITTER:
        notes.append(f"times jitter by up to {jitter_s * 1000:.0f} ms: samples are taken as even")
    if doubled := sum(timing.doubled for timing in timings):
        notes.append(f"{doubled:,} times repeat the one before: samples are taken as even")
    if back := sum(timing.jumps_back for timing in timings):
        notes.append(f"the clock ran back {back:,} times: a gap each")
    if rates and max(rates) > 1.1 * min(rates):
        notes.append(f"the rate varies from {min(rates):.4g} to {max(rates):.4g} Hz")
    if twice:
        notes.append(f"{twice:,} rows stand twice; one of each is kept")
    return notes


def _not_in_order(path: Path) -> EdgekitError:
    return EdgekitError(
        f"{path}: its times do not go forwards from row to row. Sort the rows by time, or, if that "
        "column is no time, skip it with --columns -,x,y,z and give --rate."
    )


def _mean_step(stamp: NDArray[np.float64]) -> float:
    """Return the mean of the usual steps in the stamps' own unit, 0 where none goes forwards."""
    step = np.diff(stamp)
    step = step[step >= 0]
    if not len(step) or not step.any():
        return 0.0
    return float(step[step <= _limit(step)].mean())


def _limit(step: NDArray[np.float64]) -> float:
    """Return the step (of (N,) >= 0, not all 0) above which there is a gap.

    Stamps that arrive in batches repeat and then leap; a leap that one step in a hundred makes is
    the usual way of the clock, not a gap.
    """
    mean = float(step.mean())
    for _ in range(8):
        ordinary = step[step <= max(4 * mean, 1.5 * float(np.quantile(step, 0.99)))]
        mean = float(ordinary.mean())
    usual = max(mean, float(np.quantile(step, 0.99)))
    if (step == 0).mean() > BATCHED:
        usual = max(usual, float(np.median(step[step > 0])))
    return GAP_STEPS * usual


def _usual_step(step: NDArray[np.float64], path: Path) -> tuple[float, float]:
    """Return the mean of the usual steps and the limit above which a step is a gap, in seconds."""
    forwards = step[step >= 0]
    if not forwards.any():
        raise EdgekitError(
            f"{path}: its times never go forwards. Skip the column with --columns -,x,y,z and give "
            "--rate."
        )
    positive = forwards[forwards > 0]
    limit = min(_limit(forwards), max(LONGEST_JITTER_S, 1.5 * float(np.median(positive))))
    return float(forwards[forwards <= limit].mean()), limit


def _rate_changes(time_s: NDArray[np.float64], limit_s: float) -> NDArray[np.intp]:
    """Return where within a stretch (N,) the rate becomes another, in whole blocks.

    Two blocks differ by up to twice the largest usual step, `limit_s`, where a clock is coarse.
    """
    edges = time_s[::RATE_BLOCK]
    if len(edges) < 3:
        return np.empty(0, np.intp)
    spans = np.maximum(np.diff(edges), 1e-9)
    ratio = spans[1:] / spans[:-1]
    change = (ratio > RATE_CHANGE) | (ratio < 1 / RATE_CHANGE)
    change &= np.abs(np.diff(spans)) > 2 * limit_s
    return (np.flatnonzero(change) + 1) * RATE_BLOCK


@dataclass(frozen=True)
class _Line:
    """The line through the stamps of a stretch: sample k was due at start_s + k * step_s."""

    start_s: float
    step_s: float
    jitter_s: float  # the largest distance of a stamp from the line
    samples: int


def _line(time_s: NDArray[np.float64], usual_s: float) -> _Line:
    """Fit a line by least squares; a sample alone has the usual step."""
    samples = len(time_s)
    if samples < 2:
        return _Line(float(time_s[0]), usual_s, 0.0, samples)
    late = time_s - time_s[0]
    place = np.arange(samples) - (samples - 1) / 2
    step_s = float(place @ late / (place @ place))
    start_s = float(late.mean()) - step_s * (samples - 1) / 2
    jitter_s = float(np.abs(late - (start_s + step_s * np.arange(samples))).max())
    return _Line(float(time_s[0]) + start_s, step_s, jitter_s, samples)


def _common_step(parts: list[tuple[int, int]], fits: list[_Line], usual_s: float) -> float:
    """Return the mean step of the stretches, each weighed by its length."""
    steps = sum(fit.step_s * (fit.samples - 1) for fit in fits)
    count = sum(end - begin - 1 for begin, end in parts)
    return steps / count if count and steps > 0 else usual_s

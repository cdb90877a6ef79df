"""Plan a night: a row of episodes without a gap, from going to bed to the morning."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, nearest_posture, turn_deg

Kind = Literal["lying", "turning", "upright", "walking", "handling", "off"]

# Shares of the changes of position, and the spread about each: chosen, so that an 8 h night comes
# out near the measured 54 % on a side, 38 % supine and 7 % prone (Skarpsno et al. 2017).
POSITION_DEG = {90.0: 0.46, 0.0: 0.245, 180.0: 0.245, 270.0: 0.05}
POSITION_SPREAD_DEG = 14.0
DWELL_MEDIAN_S, DWELL_SPREAD = 660.0, 0.9
DWELL_LIMITS_S = (60.0, 4200.0)


@dataclass(frozen=True)
class Episode:
    """What truly happened from `start_s` to before `end_s`, on the recording's clock.

    lying: in `posture`, the one nearest to `torso_deg`. turning: from one position to the next, or
    between lying and upright. upright: sitting or standing. walking. handling: the sensor is taken
    off or put on. off: it lies on a table.
    """

    kind: Kind
    start_s: float
    end_s: float
    posture: str | None  # of SLEEP.postures; None unless lying
    torso_deg: float  # at its end, not wrapped: 370 is 10 reached by way of 360
    head_up_deg: float  # at its end; 0 lying, 90 standing


@dataclass(frozen=True)
class _Step:
    kind: Kind
    seconds: float
    torso_deg: float
    head_up_deg: float = 0.0


def plan_night(rng: np.random.Generator, seconds: float, start_s: float) -> list[Episode]:
    """Draw episodes that fill `seconds`, their ends on the grid of samples."""
    total = round(seconds * SLEEP.rate_hz)
    angles_deg = list(POSTURE_ANGLE_DEG.values())
    episodes: list[Episode] = []
    begin = 0
    for step in _steps(rng, seconds):
        end = min(total, begin + max(1, round(step.seconds * SLEEP.rate_hz)))
        nearest = SLEEP.postures[int(nearest_posture(step.torso_deg, angles_deg))]
        episodes.append(
            Episode(
                step.kind,
                start_s + begin / SLEEP.rate_hz,
                start_s + end / SLEEP.rate_hz,
                nearest if step.kind == "lying" else None,
                step.torso_deg,
                step.head_up_deg,
            )
        )
        begin = end
        if begin == total:
            break
    return episodes


def _steps(rng: np.random.Generator, seconds: float) -> Iterator[_Step]:
    """Yield an endless night; interruptions come at drawn shares of it, ending well within."""
    longest_s = 0.04 * seconds  # of anything that is not lying, so that a short night holds all
    ups = [(share, _getting_up) for share in rng.uniform(0.25, 0.85, rng.integers(1, 3))]
    pending = sorted([*ups, (rng.uniform(0.15, 0.85), _taking_off)], key=lambda each: each[0])
    passed_s = 0.0

    def paced(step: _Step) -> _Step:
        nonlocal passed_s
        passed_s += step.seconds
        return step

    yield paced(_Step("upright", min(longest_s, rng.uniform(180, 720)), 90.0, rng.uniform(65, 80)))
    torso_deg = 90.0
    while True:
        torso_deg = _next_torso_deg(rng, torso_deg)
        yield paced(_Step("turning", rng.uniform(2, 5), torso_deg))
        dwell_s = float(np.clip(DWELL_MEDIAN_S * rng.lognormal(0, DWELL_SPREAD), *DWELL_LIMITS_S))
        due = pending and passed_s + dwell_s > pending[0][0] * seconds
        if due:
            dwell_s = max(min(longest_s, 60.0), pending[0][0] * seconds - passed_s)
        yield paced(_Step("lying", dwell_s, torso_deg))
        if due:
            for step in pending.pop(0)[1](rng, longest_s, torso_deg):
                yield paced(step)
                torso_deg = step.torso_deg


def _getting_up(rng: np.random.Generator, longest_s: float, torso_deg: float) -> list[_Step]:
    forward_deg = 90.0 + 360.0 * round((torso_deg - 90.0) / 360.0)
    stand_deg = rng.uniform(80, 86)
    walk_s, stay_s, back_s = (
        min(longest_s, rng.uniform(*s)) for s in [(40, 90), (60, 240), (40, 90)]
    )
    return [
        _Step("turning", rng.uniform(3, 5), forward_deg, stand_deg),
        _Step("walking", walk_s, forward_deg, stand_deg),
        _Step("upright", stay_s, forward_deg, stand_deg),
        _Step("walking", back_s, forward_deg, stand_deg),
    ]


def _taking_off(rng: np.random.Generator, longest_s: float, torso_deg: float) -> list[_Step]:
    return [
        _Step("handling", rng.uniform(5, 10), torso_deg),
        _Step("off", min(longest_s, rng.uniform(240, 600)), torso_deg),
        _Step("handling", rng.uniform(5, 10), torso_deg),
    ]


def _next_torso_deg(rng: np.random.Generator, torso_deg: float) -> float:
    """Draw another position, at least 30 degrees away, by the shorter way round."""
    centres, shares = list(POSITION_DEG), list(POSITION_DEG.values())
    while True:
        goal = rng.choice(centres, p=shares) + POSITION_SPREAD_DEG * rng.standard_normal()
        way = turn_deg(goal - torso_deg)
        if abs(way) >= 30:
            return float(torso_deg + way)

"""Replay simulated nights through the device's own loop and score them.

`python -m edgekit.benchmarks.studies.whole_nights -b BUNDLE`

Each seed is one sleeper, unlike any that training saw, who wears the sensor straight at each of the
three places for a whole night. One more night of each seed is torn: worn at two places, half and
half. Its report should warn that the placement is not clear; no other should.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.report.agreement import agreement
from edgekit.device.report.summary import summarise
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.errors import UsageError
from edgekit.night.columns import joined
from edgekit.night.night import WORN, Decisions, Event
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night

GOAL = 0.97  # share of worn windows with the right smoothed placement
TORN = "torn"


@dataclass(frozen=True)
class Scored:
    """One night; shares are 0..1, of worn windows (placement) or of lying ones (posture)."""

    seed: int
    worn_at: str  # a placement, or TORN
    placement: float  # right after smoothing; as all of these, NaN where there is no such window
    raw_placement: float  # right in each window by itself
    posture: float
    raw_posture: float
    atan2_posture: float  # the posture nearest to the torso angle of each window
    warns: bool  # the report says that the placement is not clear
    moves: int  # how often the placement watch says that the sensor moved or slipped


def decided(bundle: Bundle, night: Recording) -> tuple[Decisions, list[Event]]:
    """The device's decisions on a recording, and what its placement watch noticed.

    Raises UsageError where it holds no whole window.
    """
    answer = BundleAnswer(bundle)
    parts = [answer.push(chunk) for chunk in Replay([night], FULL_SPEED).chunks()]
    parts.append(answer.restart())
    found = [part for part in parts if part is not None]
    if not found:
        raise UsageError(f"{night.duration_s:g} s hold no whole window; give more --hours")
    return joined(found), answer.noticed()


def scored(bundle: Bundle, seed: int, worn_at: str, night: Recording) -> Scored:
    """Score one night against its labels and the place of its recording."""
    decisions, events = decided(bundle, night)
    summary, posture = summarise(decisions, bundle.spec), agreement(decisions, bundle.spec)
    worn = decisions.state == WORN
    place = bundle.spec.placements.index(night.placement)
    nan = float("nan")
    return Scored(
        seed=seed,
        worn_at=worn_at,
        placement=float((decisions.placement[worn] == place).mean()) if worn.any() else nan,
        raw_placement=float((decisions.raw_placement[worn] == place).mean()) if worn.any() else nan,
        posture=posture.smoothed if posture else nan,
        raw_posture=posture.raw if posture else nan,
        atan2_posture=posture.by_angle if posture and posture.by_angle is not None else nan,
        warns=summary.warns_of_placement,
        moves=len(events),
    )


def nights_of(bundle: Bundle, seed: int, hours: float) -> list[Scored]:
    """A sleeper's nights: one at each placement, and a torn one."""
    nights = [simulate_night(seed, hours, placement).recording for placement in SLEEP.placements]
    of_seed = [scored(bundle, seed, night.placement, night) for night in nights]
    first, then = (nights[(seed + k) % len(nights)] for k in range(2))
    half = len(first) // 2
    torn = ending_in(first, then.xyz_g[half:])
    return [*of_seed, scored(bundle, seed, TORN, torn)]


def ending_in(night: Recording, xyz_g: NDArray[np.floating]) -> Recording:
    """The night, with samples (n, 3) in g in the place of its last n."""
    before_g = night.xyz_g[: len(night) - len(xyz_g)]
    return replace(night, xyz_g=np.concatenate([before_g, xyz_g]).astype(np.float32))


def table(nights: Iterable[Scored]) -> list[str]:
    """Lines for each placement and for all; of torn nights only who warns."""
    nights = list(nights)
    whole = [night for night in nights if night.worn_at != TORN]
    torn = [night for night in nights if night.worn_at == TORN]
    lines = [
        "                 placement, % of worn windows    posture, % of lying windows           ",
        "worn at  nights  smoothed  window  worst (seed)  smoothed  window  atan2  worst (seed)  "
        "warn  moves",
    ]
    groups = [(place, [n for n in whole if n.worn_at == place]) for place in SLEEP.placements]
    for name, group in [*groups, ("all", whole)]:
        if group:
            lines.append(_line(name, group))
    wrong = [night for night in whole if night.warns and night.placement > 0.5]
    is_met = "met" if _mean(whole, _placement) >= GOAL else "missed"
    alone = sum(night.placement >= GOAL for night in whole)
    lines.append(
        f"placement: the goal of {100 * GOAL:g} % is {is_met}; {alone} of {len(whole)} nights "
        "reach it alone"
    )
    lines.append(
        f"reports that warn: {sum(n.warns for n in whole)} of {len(whole)} nights at one place, "
        f"{len(wrong)} of them with the right placement most of the time; "
        f"{sum(n.warns for n in torn)} of {len(torn)} torn nights"
    )
    return lines


def _placement(night: Scored) -> float:
    return night.placement


def _posture(night: Scored) -> float:
    return night.posture


def _mean(nights: list[Scored], share: Callable[[Scored], float]) -> float:
    return float(np.mean([share(night) for night in nights]))


def _line(name: str, nights: list[Scored]) -> str:
    worst, worst_posture = min(nights, key=_placement), min(nights, key=_posture)
    return (
        f"{name:8}{len(nights):7}"
        f"{100 * _mean(nights, _placement):10.1f}"
        f"{100 * _mean(nights, lambda night: night.raw_placement):8.1f}"
        f"{100 * worst.placement:7.1f} ({worst.seed})"
        f"{100 * _mean(nights, _posture):10.1f}"
        f"{100 * _mean(nights, lambda night: night.raw_posture):8.1f}"
        f"{100 * _mean(nights, lambda night: night.atan2_posture):7.1f}"
        f"{100 * worst_posture.posture:7.1f} ({worst_posture.seed})"
        f"{sum(night.warns for night in nights):6}{sum(night.moves for night in nights):7}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-b", "--bundle", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs=2, default=(100, 120), metavar=("FROM", "TO"))
    parser.add_argument("--hours", type=float, default=8.0)
    given = parser.parse_args()
    bundle, seeds = load_bundle(given.bundle), range(*given.seeds)
    if not seeds:
        parser.error("--seeds FROM TO holds no seed: TO is the first that is left out")
    began = time.monotonic()
    console = Console(stderr=True)
    nights: list[Scored] = []
    for seed in track(seeds, f"nights of {given.hours:g} h", console=console):
        nights += nights_of(bundle, seed, given.hours)
    each_s = (time.monotonic() - began) / len(nights)
    print(
        f"{bundle.name}, seeds {seeds.start} to {seeds.stop - 1}, nights of {given.hours:g} h, "
        f"{each_s:.1f} s each (simulated; measured)"
    )
    print("\n".join(table(nights)))


if __name__ == "__main__":
    main()

"""Replay simulated nights through the device's own loop and score them.

python -m edgekit.benchmarks.studies.whole_nights -b bundles/sleep-small
python -m edgekit.benchmarks.studies.whole_nights -b bundles/sleep-small --seeds 100 102 --hours 1

Each seed is one sleeper, unlike any of training, who wears the sensor straight at each of the three
places for a whole night. One more night of each seed is torn: worn at two places, half and half.
Its report should warn that the placement is not clear; no other should.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.report.agreement import agreement
from edgekit.device.report.summary import summarise
from edgekit.night.night import WORN
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night

from .nights import decide, with_end
from .parser import nights_parser, parse_nights, seeds_text, tracked

GOAL = 0.97  # share of worn windows with the right smoothed placement
TORN = "torn"


@dataclass(frozen=True)
class NightScore:
    """Scores of a night; shares 0..1 of worn windows (placement) or of lying ones (posture)."""

    seed: int
    worn_at: str  # a placement, or TORN
    placement: float  # right after smoothing; this and the next four: NaN without such windows
    raw_placement: float  # right window by window, unsmoothed
    posture: float
    raw_posture: float
    atan2_posture: float  # the posture nearest to the torso angle of each window
    warns: bool  # the report says that the placement is not clear
    moves: int  # how often the placement watch says that the sensor moved or slipped


def score(bundle: Bundle, seed: int, worn_at: str, night: Recording) -> NightScore:
    """Score one night against its labels and the place of its recording."""
    decisions, events = decide(bundle, night)
    summary, posture = summarise(decisions, bundle.spec), agreement(decisions, bundle.spec)
    worn = decisions.state == WORN
    place = bundle.spec.placements.index(night.placement)
    nan = float("nan")
    return NightScore(
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


def score_nights(bundle: Bundle, seed: int, hours: float) -> list[NightScore]:
    """Score a sleeper's nights: one at each placement, and a torn one."""
    nights = [simulate_night(seed, hours, placement).recording for placement in SLEEP.placements]
    scores = [score(bundle, seed, night.placement, night) for night in nights]
    first, then = (nights[(seed + k) % len(nights)] for k in range(2))
    half = len(first) // 2
    torn = with_end(first, then.xyz_g[half:])
    return [*scores, score(bundle, seed, TORN, torn)]


def table(nights: Iterable[NightScore]) -> list[str]:
    """Return a line for each placement and for all; of torn nights only how many warn."""
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


def _placement(night: NightScore) -> float:
    return night.placement


def _posture(night: NightScore) -> float:
    return night.posture


def _mean(nights: list[NightScore], share: Callable[[NightScore], float]) -> float:
    return float(np.mean([share(night) for night in nights]))


def _line(name: str, nights: list[NightScore]) -> str:
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
    parser = nights_parser("whole_nights", __doc__, seeds=(100, 120))
    parser.add_argument("--hours", type=float, default=8.0, help="of each night (8 if absent)")
    options, seeds = parse_nights(parser)
    bundle = load_bundle(options.bundle)
    began = time.monotonic()
    nights: list[NightScore] = []
    for seed in tracked(seeds, options.hours):
        nights += score_nights(bundle, seed, options.hours)
    each_s = (time.monotonic() - began) / len(nights)
    print(
        f"{bundle.name}, {seeds_text(seeds, options.hours)}, {each_s:.1f} s each "
        "(simulated; measured)"
    )
    print("\n".join(table(nights)))


if __name__ == "__main__":
    main()

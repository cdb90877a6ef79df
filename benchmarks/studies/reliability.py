"""Measure how often answers are right beside how sure they are, on whole simulated nights.

python -m edgekit.benchmarks.studies.reliability -b bundles/sleep-small
python -m edgekit.benchmarks.studies.reliability -b bundles/sleep-small --seeds 200 276 --hours 3

Each seed is one sleeper who wears the sensor at each of the three places for a night. A decision's
confidence is held against whether its posture was right; a night's placement against the share of
its worn windows that read it, each by itself. The constants of device/decide/reliability.py are
made of one set of seeds and judged on another. --picture draws the curve of the postures.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.decide.reliability import SURE_SHARE, placement_votes, posture_right
from edgekit.night.night import WORN, Decisions
from edgekit.pages.picture import draw_frame, save_png
from edgekit.spec import SLEEP, UNLABELLED
from edgekit.train.datasets.synthetic import simulate_night

from .nights import decide
from .parser import nights_parser, parse_nights, seeds_text, tracked

CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.001)
SHARES = (0.0, 0.6, 0.7, 0.8, 0.9, 1.001)


@dataclass(frozen=True)
class NightAnswers:
    """What a night answered, and whether that was right."""

    confidence: NDArray[np.float64]  # (m,) of worn, labelled decisions
    is_right: NDArray[np.bool_]  # (m,)
    placement_share: float  # of the worn windows that read the likeliest placement
    placement_is_right: bool


def answers_of(decisions: Decisions, placement: str) -> NightAnswers:
    """Hold a night's decisions against its labels and the place where it was worn."""
    known = (decisions.state == WORN) & (decisions.truth != UNLABELLED)
    votes = placement_votes(decisions, SLEEP)
    return NightAnswers(
        decisions.posture_confidence[known],
        decisions.posture[known] == decisions.truth[known],
        float(votes.max() / votes.sum()),
        SLEEP.placements[int(votes.argmax())] == placement,
    )


def nights_of(bundle: Bundle, seed: int, hours: float) -> list[NightAnswers]:
    """Replay a sleeper's night at each place."""
    nights = [simulate_night(seed, hours, place).recording for place in SLEEP.placements]
    return [answers_of(decide(bundle, night)[0], night.placement) for night in nights]


def curve(nights: list[NightAnswers]) -> list[tuple[float, float, float]]:
    """Return (mean confidence, share right, share of all decisions) of each bin that occurs."""
    confidence = np.concatenate([night.confidence for night in nights])
    is_right = np.concatenate([night.is_right for night in nights])
    bins = np.digitize(confidence, CONFIDENCES)
    return [
        (float(confidence[at].mean()), float(is_right[at].mean()), float(at.mean()))
        for number in np.unique(bins)
        for at in [bins == number]
    ]


def table(nights: list[NightAnswers]) -> list[str]:
    """Return the postures' curve, and the nights by the share of their likeliest placement."""
    lines = ["posture: confidence   right   shown   of decisions"]
    lines += [
        f"{100 * mean:19.1f}{100 * right:8.1f}{100 * float(posture_right(mean, SLEEP)):8.1f}"
        f"{100 * share:15.1f}"
        for mean, right, share in curve(nights)
    ]
    lines.append("placement: windows that read it, of 100   nights   right")
    for low, high in pairwise(SHARES):
        within = [night for night in nights if low <= night.placement_share < high]
        right = sum(night.placement_is_right for night in within)
        lines.append(f"{100 * low:24.0f} to {min(100 * high, 100):3.0f}{len(within):16}{right:8}")
    sure = [night for night in nights if night.placement_share >= SURE_SHARE]
    right = sum(night.placement_is_right for night in sure)
    lines.append(f"sure: {len(sure)} of {len(nights)} nights, right in {right}")
    return lines


def draw(nights: list[NightAnswers], path: Path) -> None:
    """Draw how often postures were right against their confidence, and what is shown."""
    mean, right, _ = zip(*curve(nights), strict=True)
    stated = np.linspace(0.3, 1, 400)
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    axes = figure.add_subplot()
    draw_frame(axes)
    axes.plot([0.3, 1], [0.3, 1], color="0.7", label="right as often as it is sure")
    axes.plot(stated, posture_right(stated, SLEEP), label="shown to people")
    axes.plot(mean, right, "o", label=f"measured, {len(nights)} nights")
    axes.set_xlabel("the model's probability of its posture, smoothed over time")
    axes.set_ylabel("share that was right")
    axes.set_ylim(0, 1)
    axes.legend()
    save_png(figure, path, dpi=110)


def main() -> None:
    parser = nights_parser("reliability", __doc__, seeds=(100, 120))
    parser.add_argument("--hours", type=float, default=8.0, help="of each night (8 if absent)")
    parser.add_argument("--picture", type=Path, help="a PNG to draw the postures' curve to")
    options, seeds = parse_nights(parser)
    bundle = load_bundle(options.bundle)
    nights = [
        night
        for seed in tracked(seeds, options.hours)
        for night in nights_of(bundle, seed, options.hours)
    ]
    print(f"{bundle.name}, {seeds_text(seeds, options.hours)} (simulated; measured)")
    print("\n".join(table(nights)))
    if options.picture:
        draw(nights, options.picture)


if __name__ == "__main__":
    main()

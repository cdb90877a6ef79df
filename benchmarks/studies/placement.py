"""Count the placement watch's events over simulated nights.

`python -m edgekit.benchmarks.studies.placement -b BUNDLE`

Each seed's sleeper wears the sensor for a whole night where it began (whatever is said is false);
then, from the middle of the night on, turned about an axis of the body, or at another place.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.spatial.transform import Rotation

from edgekit.bundle import Bundle, load_bundle
from edgekit.night.events import EventKind
from edgekit.night.night import Event
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night

from .whole_nights import decided, ending_in

HOURS = 8.0
SLIPS = {"x": "tilts to the head", "z": "turns on the skin", "y": "about the long axis"}
NOTHING, ELSEWHERE = "nothing", "worn at the "
KINDS = (EventKind.SLIPPED, EventKind.PLACEMENT)


def nights(seed: int, slip_deg: float) -> Iterator[tuple[str, str, Recording]]:
    """Where a sleeper wears the sensor, what happens in the middle of the night, and the night."""
    at_each = {place: simulate_night(seed, HOURS, place).recording for place in SLEEP.placements}
    for placement, night in at_each.items():
        yield placement, NOTHING, night
        half = len(night) // 2
        for axis, means in SLIPS.items():
            slip = Rotation.from_euler(axis, slip_deg, degrees=True)
            yield (
                placement,
                f"{means}, {slip_deg:g} deg",
                ending_in(night, slip.apply(night.xyz_g[half:])),
            )
        for other, elsewhere in at_each.items():
            if other != placement:
                yield placement, ELSEWHERE + other, ending_in(night, elsewhere.xyz_g[half:])


@dataclass(frozen=True)
class Night:
    """One night, and what was said in it after what happened."""

    placement: str
    what: str
    events: list[Event]
    delay_min: float  # from what happened to the first event; NaN where nothing was said


def table(found: list[Night]) -> list[str]:
    """A line for each placement and what happened there; then false events, and moves in all."""
    lines = []
    for placement, what in dict.fromkeys((night.placement, night.what) for night in found):
        alike = [n for n in found if (n.placement, n.what) == (placement, what)]
        count = Counter(event.kind for night in alike for event in night.events)
        line = f"{placement:8}{what:28}{_told(alike):4} of {len(alike)} nights"
        line += "".join(f"{count[kind]:4} {kind}" for kind in KINDS)
        lines.append(line)
    still = [night for night in found if night.what == NOTHING]
    false = sum(len(night.events) for night in still)
    lines.append(f"false: {false} in {len(still) * HOURS:g} h")
    moved = [
        replace(
            night, events=[event for event in night.events if event.kind == EventKind.PLACEMENT]
        )
        for night in found
        if night.what.startswith(ELSEWHERE)
    ]
    delays = [night.delay_min for night in moved if night.events]
    if delays:
        lines.append(
            f"worn elsewhere: told as a placement in {_told(moved)} of {len(moved)}, half of those "
            f"within {np.median(delays):.0f} min, nine in ten within {np.quantile(delays, 0.9):.0f}"
        )
    return lines


def _told(nights: list[Night]) -> int:
    return sum(bool(night.events) for night in nights)


def watched(bundle: Bundle, placement: str, what: str, night: Recording) -> Night:
    """Replay a night; what was said before anything happened is left to the undisturbed night."""
    from_s = night.start_s + (0 if what == NOTHING else HOURS * 1800)
    _, events = decided(bundle, night)
    events = [event for event in events if event.at_s >= from_s]
    first_s = min(
        (e.at_s for e in events if not what.startswith(ELSEWHERE) or e.kind == EventKind.PLACEMENT),
        default=float("nan"),
    )
    return Night(placement, what, events, (first_s - from_s) / 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-b", "--bundle", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs=2, default=(100, 110), metavar=("FROM", "TO"))
    parser.add_argument("--slip", type=float, default=30.0, metavar="DEG")
    given = parser.parse_args()
    bundle, seeds = load_bundle(given.bundle), range(*given.seeds)
    found = [
        watched(bundle, *each)
        for seed in track(seeds, f"nights of {HOURS:g} h", console=Console(stderr=True))
        for each in nights(seed, given.slip)
    ]
    print(
        f"{bundle.name}, seeds {seeds.start} to {seeds.stop - 1}, nights of {HOURS:g} h "
        "(simulated; measured)"
    )
    print(
        "\n".join(table(sorted(found, key=lambda night: SLEEP.placements.index(night.placement))))
    )


if __name__ == "__main__":
    main()

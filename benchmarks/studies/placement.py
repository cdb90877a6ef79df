"""Count the placement watch's events over simulated nights.

python -m edgekit.benchmarks.studies.placement -b bundles/sleep-small
python -m edgekit.benchmarks.studies.placement -b bundles/sleep-small --seeds 100 102 --slip 45

Each seed's sleeper wears the sensor for a whole night where it began (every event is false); then,
from the middle of the night on, turned about an axis of the body, or at another place.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from edgekit.bundle import Bundle, load_bundle
from edgekit.night.events import EventKind
from edgekit.night.night import Event
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night

from .nights import decide, with_end
from .parser import nights_parser, parse_nights, seeds_text, tracked

HOURS = 8.0
SLIPS = {"x": "tilts to the head", "z": "turns on the skin", "y": "about the long axis"}
NOTHING, ELSEWHERE = "nothing", "worn at the "
KINDS = (EventKind.SLIPPED, EventKind.PLACEMENT)


def nights(seed: int, slip_deg: float) -> Iterator[tuple[str, str, Recording]]:
    """Yield the placement, what happens in the middle of the night, and the night."""
    at_each = {place: simulate_night(seed, HOURS, place).recording for place in SLEEP.placements}
    for placement, night in at_each.items():
        yield placement, NOTHING, night
        half = len(night) // 2
        for axis, name in SLIPS.items():
            slip = Rotation.from_euler(axis, slip_deg, degrees=True)
            yield (
                placement,
                f"{name}, {slip_deg:g} deg",
                with_end(night, slip.apply(night.xyz_g[half:])),
            )
        for other, other_night in at_each.items():
            if other != placement:
                yield placement, ELSEWHERE + other, with_end(night, other_night.xyz_g[half:])


@dataclass(frozen=True)
class WatchedNight:
    """One night, and the watch's events from what happened on."""

    placement: str
    what: str
    events: list[Event]
    delay_min: float  # from what happened to the first event; NaN without an event


def table(watched_nights: list[WatchedNight]) -> list[str]:
    """Return a line for each placement and happening; then false events, and moves in all."""
    lines = []
    for placement, what in dict.fromkeys((night.placement, night.what) for night in watched_nights):
        alike = [n for n in watched_nights if (n.placement, n.what) == (placement, what)]
        count = Counter(event.kind for night in alike for event in night.events)
        line = f"{placement:8}{what:28}{_with_events(alike):4} of {len(alike)} nights"
        line += "".join(f"{count[kind]:4} {kind}" for kind in KINDS)
        lines.append(line)
    still = [night for night in watched_nights if night.what == NOTHING]
    false = sum(len(night.events) for night in still)
    lines.append(f"false: {false} in {len(still) * HOURS:g} h")
    moved = [
        replace(
            night, events=[event for event in night.events if event.kind == EventKind.PLACEMENT]
        )
        for night in watched_nights
        if night.what.startswith(ELSEWHERE)
    ]
    delays = [night.delay_min for night in moved if night.events]
    if delays:
        lines.append(
            f"worn elsewhere: told as a placement in {_with_events(moved)} of {len(moved)}, half "
            f"of those within {np.median(delays):.0f} min, nine in ten within "
            f"{np.quantile(delays, 0.9):.0f}"
        )
    return lines


def _with_events(nights: list[WatchedNight]) -> int:
    return sum(bool(night.events) for night in nights)


def watched(bundle: Bundle, placement: str, what: str, night: Recording) -> WatchedNight:
    """Replay a night; events before anything happened belong to the undisturbed night."""
    from_s = night.start_s + (0 if what == NOTHING else HOURS * 1800)
    _, events = decide(bundle, night)
    events = [event for event in events if event.at_s >= from_s]
    first_s = min(
        (e.at_s for e in events if not what.startswith(ELSEWHERE) or e.kind == EventKind.PLACEMENT),
        default=float("nan"),
    )
    return WatchedNight(placement, what, events, (first_s - from_s) / 60)


def main() -> None:
    parser = nights_parser("placement", __doc__, seeds=(100, 110))
    parser.add_argument(
        "--slip", type=float, default=30.0, metavar="DEG", help="how far the sensor turns (30)"
    )
    options, seeds = parse_nights(parser)
    bundle = load_bundle(options.bundle)
    watched_nights = [
        watched(bundle, *night)
        for seed in tracked(seeds, HOURS)
        for night in nights(seed, options.slip)
    ]
    watched_nights.sort(key=lambda night: SLEEP.placements.index(night.placement))
    print(f"{bundle.name}, {seeds_text(seeds, HOURS)} (simulated; measured)")
    print("\n".join(table(watched_nights)))


if __name__ == "__main__":
    main()

"""What the placement watch says of simulated nights: python -m edgekit.benchmarks.placement -b B

Each seed's sleeper wears the sensor for a whole night where it began (whatever is said is false);
then, from the middle of the night on, turned about an axis of the body, or at another place.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.answer import BundleAnswer
from edgekit.device.night import Event
from edgekit.device.sources import FULL_SPEED, Replay
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import simulate_night

HOURS = 8.0
SLIPS = {"x": "tilts to the head", "z": "turns on the skin", "y": "about the long axis"}
NOTHING = "nothing"
KINDS = ("slipped", "placement")


def told(bundle: Bundle, night: Recording) -> list[Event]:
    """The watch's events of a night."""
    answer = BundleAnswer(bundle)
    for chunk in Replay([night], FULL_SPEED).chunks():
        answer.push(chunk)
    answer.restart()
    return answer.noticed()


def nights(seed: int, placement: str, slip_deg: float) -> Iterator[tuple[str, Recording]]:
    """What happens in the middle of a sleeper's night, and the night."""
    night = simulate_night(seed, HOURS, placement).recording
    yield NOTHING, night
    half = len(night) // 2
    for axis, means in SLIPS.items():
        slip = Rotation.from_euler(axis, slip_deg, degrees=True)
        yield f"{means}, {slip_deg:g} deg", _then(night, slip.apply(night.xyz_g[half:]))
    for other in SLEEP.placements:
        if other != placement:
            elsewhere = simulate_night(seed, HOURS, other).recording
            yield f"worn at the {other}", _then(night, elsewhere.xyz_g[half:])


def _then(night: Recording, xyz_g: NDArray[np.floating]) -> Recording:
    """The night, these its last samples."""
    before_g = night.xyz_g[: len(night) - len(xyz_g)]
    return replace(night, xyz_g=np.concatenate([before_g, xyz_g]).astype(np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-b", "--bundle", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs=2, default=(100, 110), metavar=("FROM", "TO"))
    parser.add_argument("--placements", nargs="+", default=list(SLEEP.placements))
    parser.add_argument("--slip", type=float, default=30.0, metavar="DEG")
    given = parser.parse_args()
    bundle, seeds = load_bundle(given.bundle), range(*given.seeds)
    print(
        f"{bundle.name}, seeds {seeds.start} to {seeds.stop - 1}, nights of {HOURS:g} h "
        "(simulated; measured)"
    )
    for placement in given.placements:
        found: dict[str, list[list[Event]]] = {}
        for seed in seeds:
            for what, night in nights(seed, placement, given.slip):
                from_s = night.start_s + (0 if what == NOTHING else HOURS * 1800)
                events = [event for event in told(bundle, night) if event.at_s >= from_s]
                found.setdefault(what, []).append(events)
        for what, of_night in found.items():
            count = Counter(event.kind for events in of_night for event in events)
            line = f"{placement:8}{what:28}{sum(map(bool, of_night)):4} of {len(of_night)} nights"
            line += "".join(f"{count[kind]:4} {kind}" for kind in KINDS)
            if what == NOTHING:
                line += f"  {count.total() / (len(of_night) * HOURS):.3f} false an hour"
            print(line, flush=True)


if __name__ == "__main__":
    main()

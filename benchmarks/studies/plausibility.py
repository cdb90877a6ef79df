"""Count what the plausibility check says of right and of wrong simulated nights.

python -m edgekit.benchmarks.studies.plausibility
python -m edgekit.benchmarks.studies.plausibility --seeds 500 510 --hours 8

Each seed is one sleeper's night, worn straight at one of the three places in turn. Right nights
should raise no doubt. The same nights are then read with their axes permuted, with the head and the
feet changed places, and with m/s2 taken for g. Judged on samples alone: no net is asked.
"""

import time
from collections import Counter
from dataclasses import replace
from itertools import permutations

from edgekit.device.plausibility.body import body_doubts, unit_doubts
from edgekit.device.plausibility.epochs import EpochCounter, Epochs
from edgekit.doubt import DoubtKind
from edgekit.recording import Recording
from edgekit.recording_doubts import doubts
from edgekit.spec import SLEEP, STANDARD_GRAVITY_MS2
from edgekit.train.datasets.synthetic import simulate_night

from .parser import seeds_parser, seeds_text, tracked

RIGHT, UPSIDE_DOWN, METRES = "right", "head and feet changed places", "m/s2 taken for g"
AXES = "xyz"
CHUNK = 3000  # samples


def epochs_of(recording: Recording) -> Epochs:
    """Cut a recording into epochs, as a monitor does."""
    counter = EpochCounter()
    for begin in range(0, len(recording), CHUNK):
        part = recording.part(begin, begin + CHUNK)
        counter.push(part.xyz_g, part.start_s, part.rate_hz)
    return counter.epochs()


def kinds_in(epochs: Epochs) -> set[DoubtKind]:
    """Return the kinds of doubt that gravity and movement alone raise."""
    unit = {doubt.kind for doubt in unit_doubts(epochs)}
    return unit or {doubt.kind for doubt in body_doubts(epochs)}


def permuted(epochs: Epochs, order: tuple[int, ...], long_axis_sign: int = 1) -> Epochs:
    """Return the epochs with their axes in another order."""
    mean_g = epochs.mean_g[:, order]
    mean_g[:, 1] *= long_axis_sign
    return replace(epochs, mean_g=mean_g)


def judged(seed: int, hours: float) -> dict[str, set[DoubtKind]]:
    """Return the kinds of doubt in a right night, and in it as each fault would have it."""
    placement = SLEEP.placements[seed % len(SLEEP.placements)]
    night = simulate_night(seed, hours, placement).recording
    epochs = epochs_of(night)
    found = {RIGHT: kinds_in(epochs) | {doubt.kind for doubt in doubts([night])}}
    for order in permutations(range(3)):
        if order != (0, 1, 2):
            name = f"x, y, z read {', '.join(AXES[axis] for axis in order)}"
            found[name] = kinds_in(permuted(epochs, order))
    found[UPSIDE_DOWN] = kinds_in(permuted(epochs, (0, 1, 2), -1))
    found[METRES] = kinds_in(
        replace(
            epochs,
            mean_g=STANDARD_GRAVITY_MS2 * epochs.mean_g,
            moved_g=STANDARD_GRAVITY_MS2 * epochs.moved_g,
        )
    )
    return found


def table(nights: list[dict[str, set[DoubtKind]]]) -> list[str]:
    """Return a line for each way of reading a night: in how many nights a doubt was raised."""
    lines = [f"{'nights':34}{'with a doubt':>14}  kinds"]
    for way in nights[0]:
        kinds = Counter(kind for night in nights for kind in night[way])
        doubted = sum(bool(night[way]) for night in nights)
        listed = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        lines.append(f"{way:34}{doubted:8} of {len(nights)}  {listed}")
    return lines


def main() -> None:
    parser = seeds_parser("plausibility", __doc__, seeds=(500, 700))
    parser.add_argument("--hours", type=float, default=2.0, help="of each night (2 if absent)")
    options = parser.parse_args()
    seeds = range(*options.seeds)
    if not seeds:
        parser.error("--seeds FROM TO holds no seed: TO is the first that is left out")
    began = time.monotonic()
    nights = [judged(seed, options.hours) for seed in tracked(seeds, options.hours)]
    each_s = (time.monotonic() - began) / len(nights)
    print(f"{seeds_text(seeds, options.hours)}, {each_s:.1f} s each (simulated; counted)")
    print("\n".join(table(nights)))


if __name__ == "__main__":
    main()

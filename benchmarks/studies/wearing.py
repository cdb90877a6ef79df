"""WearingScore a bundle by how the sensor is worn, with and without calibration.

python -m edgekit.benchmarks.studies.wearing -b bundles/sleep-small
python -m edgekit.benchmarks.studies.wearing -b bundles/sleep-small --subjects 6 --back-scatter 20

Minutes of simulated people who are not in training, worn straight, turned, upside down and
anyhow: the int8 net's posture and placement, window by window, beside atan2 on the same windows.
A calibration is what `edgekit calibrate --upright` makes of ten still seconds on the back and ten
upright, of the same person, placement and mounting. People lie on their back as exactly as they lie
in any posture (--back-scatter), and stand as they do in simulated nights.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from edgekit.bundle import Bundle, load_bundle
from edgekit.calibration import Calibration
from edgekit.device.decide.classifier import Classifier
from edgekit.device.mount.calibrate import from_postures
from edgekit.device.report.labels import class_angles_deg
from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.spec import SLEEP, nearest_posture, torso_angle_deg
from edgekit.train.datasets.synthetic import Wearing, load, still
from edgekit.train.datasets.synthetic.minutes import POSTURE_SCATTER_DEG, RISE_SCATTER_DEG
from edgekit.windows import labelled_windows

from .parser import study_parser

STANDS_DEG = 80.0, 86.0  # the head end's rise, as in simulated nights
TRIES = 10  # a hold with movement is refused and repeated


@dataclass(frozen=True)
class WearingScore:
    """Shares (0..1) of right windows, of a way of wearing at a placement."""

    wearing: Wearing
    calibrated: bool
    worn_at: str
    windows: int
    posture: float
    atan2_posture: float
    placement: float


def calibrations(
    seed: int, subject: int, wearing: Wearing, back_scatter_deg: float = POSTURE_SCATTER_DEG
) -> tuple[dict[str, Calibration], int]:
    """Return a person's calibration at each placement, and how many holds were refused.

    Raises EdgekitError after TRIES refused holds.
    """
    rng = np.random.default_rng((seed, subject))
    by_placement: dict[str, Calibration] = {}
    refused = 0
    for placement in SLEEP.placements:
        for _ in range(TRIES):
            back = 90 + rng.normal(0, back_scatter_deg), rng.normal(0, RISE_SCATTER_DEG)
            stands = 90.0, rng.uniform(*STANDS_DEG)
            back_g, upright_g = (
                still(seed, subject, placement, *angles, wearing=wearing).xyz_g
                for angles in (back, stands)
            )
            try:
                by_placement[placement] = from_postures(back_g, upright_g)
                break
            except EdgekitError as error:
                refused, why = refused + 1, error
        else:
            raise EdgekitError(f"subject {subject} was refused {TRIES} times: {why}")
    return by_placement, refused


def scores(
    bundle: Bundle, wearing: Wearing, calibrated: bool, recordings: list[Recording]
) -> Iterator[WearingScore]:
    """Yield a WearingScore per placement, of recordings in the axes that they are scored in."""
    classifier, angles = Classifier(bundle), class_angles_deg(bundle.spec)
    for place, placement in enumerate(bundle.spec.placements):
        worn = [recording for recording in recordings if recording.placement == placement]
        windows = labelled_windows(worn, bundle.spec)
        probability = classifier.classify(windows.xyz_g)
        by_atan2 = nearest_posture(torso_angle_deg(np.median(windows.xyz_g, axis=1)), angles)
        yield WearingScore(
            wearing,
            calibrated,
            placement,
            len(windows),
            _share(probability.posture.argmax(axis=1) == windows.posture),
            _share(by_atan2 == windows.posture),
            _share(probability.placement.argmax(axis=1) == place),
        )


def _share(right: NDArray[np.bool_]) -> float:
    return float(right.mean())


def measured(
    bundle: Bundle,
    seed: int,
    subjects: int,
    seconds: float,
    wearing: Wearing,
    back_scatter_deg: float = POSTURE_SCATTER_DEG,
) -> tuple[list[WearingScore], int]:
    """Return scores as worn and calibrated, and how many holds were refused."""
    worn = load(seed, subjects, seconds, wearing)
    calibrated: list[Recording] = []
    refused = 0
    for subject in range(subjects):
        by_placement, more = calibrations(seed, subject, wearing, back_scatter_deg)
        refused += more
        for recording in worn:
            if recording.subject == f"sleeper-{seed}-{subject}":
                calibration = by_placement[recording.placement]
                calibrated.append(replace(recording, xyz_g=calibration.apply(recording.xyz_g)))
    as_worn = scores(bundle, wearing, False, worn)
    return [*as_worn, *scores(bundle, wearing, True, calibrated)], refused


def table(scores: list[WearingScore]) -> list[str]:
    """Return a line per way of wearing, without and with calibration; % of windows."""
    places = [*SLEEP.placements, "all"]
    heads = "".join(f"{head:^32}" for head in ("posture, net", "posture, atan2", "placement, net"))
    lines = [f"{'':24}{heads}", f"{'worn':24}" + "".join(f"{place:>8}" for place in places) * 3]
    for wearing, calibrated in dict.fromkeys((each.wearing, each.calibrated) for each in scores):
        row = [each for each in scores if (each.wearing, each.calibrated) == (wearing, calibrated)]
        line = f"{wearing + (', calibrated' if calibrated else ''):24}"
        for shares in (
            [each.posture for each in row],
            [each.atan2_posture for each in row],
            [each.placement for each in row],
        ):
            line += "".join(f"{100 * share:8.1f}" for share in [*shares, float(np.mean(shares))])
        lines.append(line)
    return lines


def main() -> None:
    parser = study_parser("wearing", __doc__, bundle=True)
    parser.add_argument("--seed", type=int, default=1, help="not the seed of training, which is 0")
    parser.add_argument("--subjects", type=int, default=60, help="people (60 if absent)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each posture")
    parser.add_argument(
        "--back-scatter", type=float, default=POSTURE_SCATTER_DEG, metavar="DEG",
        help="how exactly people lie on their back to calibrate (a standard deviation)",
    )  # fmt: skip
    options = parser.parse_args()
    bundle = load_bundle(options.bundle)
    scores: list[WearingScore] = []
    refused = 0
    for wearing in track(get_args(Wearing), "ways of wearing", console=Console(stderr=True)):
        more_scores, more_refused = measured(
            bundle, options.seed, options.subjects, options.seconds, wearing, options.back_scatter
        )
        scores, refused = scores + more_scores, refused + more_refused
    print(
        f"{bundle.name}, seed {options.seed}, {options.subjects} people, {options.seconds:g} s of "
        f"each posture and placement, on the back by {options.back_scatter:g} degrees, window by "
        "window (simulated; measured)"
    )
    print("\n".join(table(scores)))
    holds = options.subjects * len(SLEEP.placements) * len(get_args(Wearing)) + refused
    print(f"calibrations refused, as the wearer moved, and made again: {refused} of {holds}")


if __name__ == "__main__":
    main()

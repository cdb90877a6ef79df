"""PostureCounts a bundle on recordings of real people lying, beside atan2.

python -m edgekit.benchmarks.studies.real_posture -b bundles/sleep-small
python -m edgekit.benchmarks.studies.real_posture -b bundles/sleep-small --data ../data

Each recording is calibrated by `edgekit.device.mount.calibrate` from spans that are not scored.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.calibration import Calibration
from edgekit.device.decide.classifier import Classifier
from edgekit.device.decide.wear import is_upright
from edgekit.device.mount.calibrate import from_postures
from edgekit.device.report.labels import class_angles_deg
from edgekit.errors import EdgekitError
from edgekit.spec import HAPT, POSTURE_GROUPS, SLEEP, posture_group, torso_angle_deg
from edgekit.stretches import equal_stretches
from edgekit.windows import WindowCutter

from .parser import study_parser

SPAN = 500  # samples of a still span for calibration: ten seconds at 50 Hz
TURNS_G = 0.1  # a window whose standard deviation (norm of the axes) is larger holds a turn
# From the Nano 33's axes, whose x points to the head, to the device's, whose y does.
HEAD_WAS_X = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], np.float32)
KIND_OF_LABEL = {
    "supine": "supine", "supine2": "supine", "prone": "prone", "leftside": "left",
    "leftside2": "left", "rightside": "right", "rightside2": "right", "side": "side",
}  # fmt: skip
SIDES = ("left", "right")


@dataclass(frozen=True)
class Lying:
    """Windows of one label in body axes, without those that hold a turn."""

    split: str  # the person and the data set
    kind: str  # a group, or 'side': left or right, not labelled which
    xyz_g: NDArray[np.float32]  # (k, window, 3)
    turning: int  # windows left out because they hold a turn


@dataclass(frozen=True)
class PostureCounts:
    n: int  # windows
    bundle: int  # of them right by the bundle, window by window, unsmoothed
    atan2: int  # right by the angle of the window's median gravity alone


def nano33(folder: Path) -> list[Lying]:
    """Read three people's spans; 'unknown', 'sitting' and 'straight' are left out.

    Calibrated by the first 2 s or more of 'supine', which are not scored. The rate is not stated:
    samples are read as if they were at 50 Hz.
    """
    with np.load(folder / "lying" / "nano33_lying.npz") as data:
        acc_g, source, label = data["acc_g"] @ HEAD_WAS_X.T, data["source"], data["label"]
        names = [str(name) for name in data["sources"]]
    spans: list[Lying] = []
    for who, name in enumerate(names):
        own_g, own = acc_g[source == who], np.char.lower(label[source == who].astype(str))
        back = own_g[own == "supine"]
        held = min(SPAN, len(back) // 2)
        calibration = from_postures(back[:held])
        begun: set[str] = set()
        for begin, end in equal_stretches(own):
            label_text = str(own[begin])
            if label_text not in KIND_OF_LABEL:
                continue
            first = begin + held if label_text == "supine" and label_text not in begun else begin
            begun.add(label_text)
            spans.append(_lying(name, KIND_OF_LABEL[label_text], calibration, own_g[first:end]))
    return spans


def hapt(folder: Path) -> tuple[list[Lying], list[Lying]]:
    """Read (lying, standing) of 30 people with a phone at the waist.

    Calibrated by each experiment's first still 10 s of standing and of its first LAYING span, which
    counts as the back and is not scored. Which way they lay is not labelled.
    """
    with np.load(folder / "hapt" / "hapt_waist_acc.npz") as data:
        exp, label, acc_g = data["exp"], data["label"], data["acc_g"]
    stands, lies = HAPT.postures.index("standing") + 1, HAPT.postures.index("laying") + 1
    lying: list[Lying] = []
    standing: list[Lying] = []
    for number in np.unique(exp):
        own_g, own = acc_g[exp == number], label[exp == number]
        spans = equal_stretches(own)
        on_back = [span for span in spans if own[span[0]] == lies]
        upright = [span for span in spans if own[span[0]] == stands]
        try:
            back, up = _still(own_g, on_back), _still(own_g, upright)
            calibration = from_postures(own_g[back : back + SPAN], own_g[up : up + SPAN])
        except EdgekitError:
            continue
        for begin, end in on_back[1:]:
            lying.append(_lying(f"hapt {number}", "lying", calibration, own_g[begin:end]))
        for begin, end in upright[1:]:
            standing.append(_lying(f"hapt {number}", "upright", calibration, own_g[begin:end]))
    return lying, standing


def score(bundle: Bundle, spans: list[Lying]) -> PostureCounts:
    """Count the right windows among the four groups; of a 'side', either side is right."""
    windows = [span.xyz_g for span in spans if len(span.xyz_g)]
    if not windows:
        return PostureCounts(0, 0, 0)
    xyz_g = np.concatenate(windows)
    kinds = np.concatenate([np.full(len(span.xyz_g), span.kind) for span in spans])
    probability = Classifier(bundle).classify(xyz_g).posture
    by_bundle = posture_group(class_angles_deg(bundle.spec))[probability.argmax(axis=1)]
    by_atan2 = posture_group(torso_angle_deg(np.median(xyz_g, axis=1)))
    return PostureCounts(len(xyz_g), _right(by_bundle, kinds), _right(by_atan2, kinds))


def upright_share(spans: list[Lying]) -> tuple[int, int]:
    """Return how many windows the device takes for upright, and how many there are."""
    upright = [is_upright(span.xyz_g.mean(axis=1)) for span in spans if len(span.xyz_g)]
    return int(sum(part.sum() for part in upright)), sum(map(len, upright))


def _right(group: NDArray[np.int64], kinds: NDArray[np.str_]) -> int:
    name = np.array(POSTURE_GROUPS)[group]
    return int(((name == kinds) | ((kinds == "side") & np.isin(name, SIDES))).sum())


def _lying(split: str, kind: str, calibration: Calibration, xyz_g: NDArray[np.float32]) -> Lying:
    windows = WindowCutter(SLEEP.window, SLEEP.hop).push(calibration.apply(xyz_g))
    still = np.linalg.norm(windows.std(axis=1), axis=1) < TURNS_G
    return Lying(split, kind, windows[still], int((~still).sum()))


def _still(xyz_g: NDArray[np.float32], spans: list[tuple[int, int]]) -> int:
    """Return where the stillest ten seconds of the first span begin.

    Raises EdgekitError without a span of ten seconds.
    """
    for begin, end in spans[:1]:
        starts = np.arange(begin, end - SPAN + 1, 25)
        if len(starts):
            moved = [np.linalg.norm(xyz_g[s : s + SPAN].std(axis=0)) for s in starts]
            return int(starts[int(np.argmin(moved))])
    raise EdgekitError("no span of ten seconds")


def _rows(bundle: Bundle, spans: list[Lying]) -> Iterator[tuple[str, str, PostureCounts, int]]:
    for split in dict.fromkeys(span.split for span in spans):
        for kind in dict.fromkeys(span.kind for span in spans if span.split == split):
            own = [span for span in spans if (span.split, span.kind) == (split, kind)]
            yield split, kind, score(bundle, own), sum(span.turning for span in own)
    yield "all", "", score(bundle, spans), sum(span.turning for span in spans)


def main() -> None:
    parser = study_parser("real_posture", __doc__, bundle=True)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("EDGEKIT_DATA", "../shared/data")),
        help="the folder of the recordings; EDGEKIT_DATA, or ../shared/data, if absent",
    )  # fmt: skip
    options = parser.parse_args()
    bundle = load_bundle(options.bundle)
    print(f"{bundle.name}, window by window, unsmoothed; no one's lying was trained on (measured)")
    print(f"{'split':22}{'kind':10}{'n':>6}{'bundle %':>10}{'atan2 %':>10}{'turning':>9}")
    for split, kind, right, turning in _rows(bundle, nano33(options.data)):
        shares = (
            f"{100 * right.bundle / right.n:10.1f}{100 * right.atan2 / right.n:10.1f}"
            if right.n
            else f"{'-':>10}{'-':>10}"
        )
        print(f"{split:22}{kind:10}{right.n:6}{shares}{turning:9}")
    lying, standing = hapt(options.data)
    by_back = [Lying(s.split, "supine", s.xyz_g, s.turning) for s in lying]
    on_back = score(bundle, by_back)
    print(
        f"HAPT, which way they lay is not labelled: of {on_back.n} lying windows the bundle calls "
        f"{100 * on_back.bundle / on_back.n:.1f} % supine, "
        f"atan2 {100 * on_back.atan2 / on_back.n:.1f} %"
    )
    for name, spans in (("lying", lying), ("standing", standing)):
        upright, n = upright_share(spans)
        print(f"HAPT {name}: {upright} of {n} windows taken for upright")


if __name__ == "__main__":
    main()

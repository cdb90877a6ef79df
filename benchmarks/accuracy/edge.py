"""Measure accuracy on the same held-out windows: float net, int8 LiteRT and generated C."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.convert.export import float_net
from edgekit.convert.generated import HOST, compiled
from edgekit.convert.run_input import load_run
from edgekit.convert.runtimes import litert_logits, torch_logits
from edgekit.convert.verify import spread
from edgekit.errors import EdgekitError
from edgekit.front_end import counts_of
from edgekit.metrics import measure as metrics_of
from edgekit.run import HeldOut
from edgekit.spec import Spec
from edgekit.train.baselines.angle import atan2_posture

QUICK_WINDOWS = 1000

FLOAT, LITERT, GENERATED, ATAN2 = (
    "float (torch)",
    "int8 (LiteRT)",
    "int8 (generated C)",
    "atan2 of the median",
)


@dataclass(frozen=True)
class HeadAccuracy:
    """Scores of one task by one form of the net; shares are 0..1."""

    accuracy: float
    macro_f1: float
    sensitivity: tuple[float | None, ...]  # of each class, in the spec's order


@dataclass(frozen=True)
class Form:
    name: str
    posture: HeadAccuracy
    placement: HeadAccuracy | None  # None of the angle, which answers posture alone


@dataclass(frozen=True)
class EdgeAccuracy:
    """Scores of one bundle on its run's held-out windows, in every form that runs here."""

    bundle: str
    windows: int
    postures: tuple[str, ...]
    posture_windows: tuple[int, ...]  # of each class
    placements: tuple[str, ...]
    placement_windows: tuple[int, ...]
    forms: tuple[Form, ...]


def measure(
    bundle: Bundle, run: Path, quick: bool, progress: Callable[[str], None]
) -> EdgeAccuracy:
    """Measure every form; the generated C is left out where there is no compiler.

    Raises UsageError or EdgekitError where there is no finished run at `run`.
    """
    progress("float, LiteRT and generated C on the held-out windows")
    finished = load_run(run)
    test = subset(finished.test, QUICK_WINDOWS if quick else len(finished.test))
    spec = bundle.spec
    floats = torch_logits(float_net(finished), finished.float_input(test.xyz_g))
    int8 = litert_logits(bundle.model.read_bytes(), bundle.read(test.xyz_g))
    forms = [
        _form(FLOAT, test, spec, floats.posture, floats.placement),
        _form(LITERT, test, spec, int8.posture, int8.placement),
    ]
    try:
        forms.append(
            _form(GENERATED, test, spec, *_generated_logits(bundle, counts_of(test.xyz_g)))
        )
    except EdgekitError as error:
        progress(f"no {GENERATED}: {error}")
    if spec.has_body_axes:
        angle = _head(test.posture, atan2_posture(test.xyz_g, spec.postures), spec.postures)
        forms.append(Form(ATAN2, angle, None))
    return EdgeAccuracy(
        bundle=bundle.name,
        windows=len(test),
        postures=spec.postures,
        posture_windows=_counts(test.posture, spec.postures),
        placements=spec.placements,
        placement_windows=_counts(test.placement, spec.placements),
        forms=tuple(forms),
    )


def subset(test: HeldOut, at_most: int) -> HeldOut:
    """Return at most so many windows, spread evenly over all that were held out."""
    index = spread(len(test), at_most)
    return HeldOut(test.xyz_g[index], test.posture[index], test.placement[index])


def _generated_logits(
    bundle: Bundle, counts: NDArray[np.int16]
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    sizes = len(bundle.spec.postures), len(bundle.spec.placements)
    with compiled(bundle.folder, HOST, sizes) as net:
        answers = [net(window) for window in counts]
    posture, placement = (
        np.frombuffer(b"".join(head), np.int8).reshape(len(counts), -1)
        for head in zip(*answers, strict=True)
    )
    return posture, placement


def _form(
    name: str,
    test: HeldOut,
    spec: Spec,
    posture: NDArray[np.float32] | NDArray[np.int8],
    placement: NDArray[np.float32] | NDArray[np.int8],
) -> Form:
    """Score a form from its logits (N, classes)."""
    return Form(
        name,
        _head(test.posture, posture.argmax(1), spec.postures),
        _head(test.placement, placement.argmax(1), spec.placements),
    )


def _head(
    truth: NDArray[np.int64], answer: NDArray[np.int64], names: tuple[str, ...]
) -> HeadAccuracy:
    metrics = metrics_of(truth, answer, names)
    sensitivity = tuple(each.sensitivity for each in metrics.classes)
    return HeadAccuracy(metrics.accuracy, metrics.macro_f1, sensitivity)


def _counts(label: NDArray[np.int64], names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(label, minlength=len(names)))

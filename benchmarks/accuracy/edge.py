"""The same held-out windows by the float net, by int8 LiteRT and by the generated C."""

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
class Head:
    """One task by one form of the net; fractions of 1."""

    accuracy: float
    macro_f1: float
    sensitivity: tuple[float | None, ...]  # of each class, in the spec's order


@dataclass(frozen=True)
class Form:
    name: str
    posture: Head
    placement: Head | None  # the angle says nothing of it


@dataclass(frozen=True)
class EdgeAccuracy:
    """Of one bundle on the windows that its run held out, in every form that runs here."""

    bundle: str
    windows: int
    postures: tuple[str, ...]
    posture_windows: tuple[int, ...]  # of each class
    placements: tuple[str, ...]
    placement_windows: tuple[int, ...]
    forms: tuple[Form, ...]


def measure(
    bundle: Bundle, run: Path, quick: bool, tell: Callable[[str], None] = lambda line: None
) -> EdgeAccuracy:
    """Without the generated C where there is no compiler.

    Raises UsageError or EdgekitError where there is no finished run at `run`.
    """
    given = load_run(run)
    test = some_of(given.test, QUICK_WINDOWS if quick else len(given.test))
    spec = bundle.spec
    floats = torch_logits(float_net(given), given.float_input(test.xyz_g))
    on_pi = litert_logits(bundle.model.read_bytes(), bundle.read(test.xyz_g))
    forms = [
        _form(FLOAT, test, spec, floats.posture, floats.placement),
        _form(LITERT, test, spec, on_pi.posture, on_pi.placement),
    ]
    try:
        forms.append(_form(GENERATED, test, spec, *_generated(bundle, counts_of(test.xyz_g))))
    except EdgekitError as error:
        tell(f"no {GENERATED}: {error}")
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


def some_of(test: HeldOut, at_most: int) -> HeldOut:
    """Evenly over all that were held out."""
    few = spread(len(test), at_most)
    return HeldOut(test.xyz_g[few], test.posture[few], test.placement[few])


def _generated(
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
    """From logits (N, classes)."""
    return Form(
        name,
        _head(test.posture, posture.argmax(1), spec.postures),
        _head(test.placement, placement.argmax(1), spec.placements),
    )


def _head(truth: NDArray[np.int64], answer: NDArray[np.int64], names: tuple[str, ...]) -> Head:
    found = metrics_of(truth, answer, names)
    return Head(found.accuracy, found.macro_f1, tuple(one.sensitivity for one in found.classes))


def _counts(label: NDArray[np.int64], names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(label, minlength=len(names)))

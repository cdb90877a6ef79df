"""Model: classify windows by a trained bundle, and answer in words."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.bundle import Bundle
from edgekit.device.decide.classifier import Classifier
from edgekit.errors import UsageError
from edgekit.gravity import UNITS, at_rest, likely_units, rest_length, wrong_gravity
from edgekit.missing_modules import explain_missing_modules
from edgekit.spec import AXES, torso_angle_deg
from edgekit.text import counted

from .bundles import AnyModel, bundle_of
from .tables import data_frame

LARGEST_G = 1000.0  # shock sensors end below it


@dataclass(frozen=True)
class Answer:
    """The network's answer to one window, in words.

    The confidence is the network's own probability, 0 to 1. It is not smoothed over time, as a
    night's decisions are.
    """

    posture: str  # or activity
    posture_confidence: float
    placement: str  # where the sensor is worn
    placement_confidence: float
    torso_angle_deg: float | None  # 0 right side, 90 back, 180 left, 270 front; None: no body axes


class Answers(Sequence[Answer]):
    """The answers to n windows, in their order; `table()` has them as a DataFrame."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = tuple(answers)

    def __len__(self) -> int:
        return len(self._answers)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> "Answers": ...
    def __getitem__(self, index: int | slice) -> "Answer | Answers":
        if isinstance(index, slice):
            return Answers(self._answers[index])
        return self._answers[index]

    def __repr__(self) -> str:
        shown = ", ".join(f"{each.posture} {each.posture_confidence:.2f}" for each in self[:3])
        return f"<{counted(len(self), 'answer')}: {shown}{', …' if len(self) > 3 else ''}>"

    def table(self) -> Any:
        """Return a DataFrame of polars or pandas: a row a window, columns as Answer's fields."""
        angle_deg = [each.torso_angle_deg for each in self]
        return data_frame(
            {
                "posture": np.array([each.posture for each in self], np.str_),
                "posture_confidence": np.array([each.posture_confidence for each in self]),
                "placement": np.array([each.placement for each in self], np.str_),
                "placement_confidence": np.array([each.placement_confidence for each in self]),
                "torso_angle_deg": np.array(
                    [np.nan if each is None else each for each in angle_deg], np.float64
                ),
            }
        )


class Model:
    """A bundle that is ready to classify windows."""

    def __init__(self, bundle: Bundle) -> None:
        """Raises EdgekitError where no runtime is installed, or the model does not load."""
        self.bundle = bundle
        self._classifier = Classifier(bundle)

    def __repr__(self) -> str:
        spec = self.bundle.spec
        return (
            f"<model {self.name}: {spec.window} samples at {spec.rate_hz:g} Hz, "
            f"{len(spec.postures)} postures, placements {', '.join(spec.placements)}; "
            f"run by {self._classifier.runtime}>"
        )

    @property
    def name(self) -> str:
        return self.bundle.name

    @property
    def postures(self) -> tuple[str, ...]:
        """The words of `Answer.posture`."""
        return self.bundle.spec.postures

    @property
    def placements(self) -> tuple[str, ...]:
        """The words of `Answer.placement`."""
        return self.bundle.spec.placements

    @property
    def rate_hz(self) -> float:
        """Samples a second that a window must have."""
        return self.bundle.spec.rate_hz

    @property
    def window(self) -> int:
        """Samples in a window."""
        return self.bundle.spec.window

    def classify(self, xyz: ArrayLike, unit: str = "g") -> Answers:
        """Classify one window (window, 3) or n windows (n, window, 3).

        Samples are at the model's rate, in `unit` (g, m/s2 or mg), in the axes that the model was
        trained on: for sleep x to the wearer's left, y to the head, z out of the stomach.
        Raises UsageError for another shape, for values that are not numbers, and where the length
        of gravity contradicts the unit. Warns where gravity is missing from them.
        """
        xyz_g = _windows_g(xyz, unit, self.window)
        if not len(xyz_g):
            return Answers([])
        spec = self.bundle.spec
        probability = self._classifier.classify(xyz_g)
        posture, placement = (
            probability.posture.argmax(axis=1),
            probability.placement.argmax(axis=1),
        )
        angle_deg = torso_angle_deg(xyz_g.mean(axis=1)) if spec.has_body_axes else None
        return Answers(
            [
                Answer(
                    spec.postures[posture[k]],
                    float(probability.posture[k, posture[k]]),
                    spec.placements[placement[k]],
                    float(probability.placement[k, placement[k]]),
                    None if angle_deg is None else float(angle_deg[k]),
                )
                for k in range(len(xyz_g))
            ]
        )


@explain_missing_modules
def load_model(model: AnyModel = "sleep-micro") -> Model:
    """Load a trained model, ready to classify windows.

    `model` is a bundle's folder, what `edgekit.convert` returned, or "sleep-micro": the model that
    every installation holds (12 sleep postures, trained on simulated people). A folder of your own
    with that name is written "./sleep-micro". Raises UsageError when there is no such model,
    EdgekitError when it is damaged or no runtime is installed.
    """
    return model if isinstance(model, Model) else Model(bundle_of(model))


def _windows_g(xyz: ArrayLike, unit: str, window: int) -> NDArray[np.float32]:
    """Return windows (n, window, 3) in g. Raises UsageError for what cannot be windows."""
    if unit not in UNITS:
        raise UsageError(f"the unit is one of {', '.join(UNITS)}, not {unit!r}")
    try:
        read = np.asarray(xyz)
        if read.dtype.kind not in "iufO":
            raise ValueError(f"{read.dtype} is no number")
        values = read.astype(np.float64)
    except (TypeError, ValueError):
        raise UsageError(
            "windows are numbers: an array (n, window, 3). A whole recording is answered by "
            "edgekit.decide"
        ) from None
    if values.ndim == 2:
        values = values[None]
    if values.ndim != 3 or values.shape[1:] != (window, AXES):
        raise UsageError(_shape_message(np.shape(xyz), window))
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).any(axis=(1, 2)).sum())
        raise UsageError(f"{bad} of {len(values)} windows hold values that are not finite numbers")
    if len(values):
        _check_gravity(values.reshape(-1, AXES), unit)
    return np.ascontiguousarray(values / UNITS[unit], dtype=np.float32)


def _shape_message(shape: tuple[int, ...], window: int) -> str:
    message = f"a window is ({window}, {AXES}) and windows are (n, {window}, {AXES}), not {shape}"
    if shape[-2:] == (AXES, window):
        return f"{message}: the axes come last here; use numpy's swapaxes(-1, -2)"
    if len(shape) == 2 and shape[1] == AXES:
        return f"{message}: cut {shape[0]} samples into windows, or decide on a whole recording"
    return message


def _check_gravity(xyz: NDArray[np.float64], unit: str) -> None:
    """Raise UsageError where samples at rest have the length of 1 g in another unit, or none.

    Warns where their length is gravity's in no unit, as where gravity was removed.
    """
    largest = float(np.abs(xyz).max())
    if largest > LARGEST_G * UNITS[unit]:
        raise UsageError(f"a sample is {largest:.3g} {unit}: no such sensor measures that")
    length = rest_length(xyz)
    if length == 0:
        raise UsageError("all samples are 0, 0, 0: no sensor measures that")
    likely = [name for name in likely_units(length) if name in UNITS]
    if likely and unit not in likely:
        raise UsageError(
            f"samples at rest have the length {length:.4g}, which is 1 g in {likely[0]}, "
            f"not in {unit}: pass unit={likely[0]!r}"
        )
    at_rest_g = at_rest(xyz / UNITS[unit])
    if not at_rest_g.is_one_g:
        warnings.warn(wrong_gravity(at_rest_g.length), stacklevel=4)

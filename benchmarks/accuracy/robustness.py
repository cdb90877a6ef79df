"""Measure posture accuracy on disturbed windows: the int8 net beside atan2, on the same ones."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle
from edgekit.convert.run_input import load_run
from edgekit.convert.runtimes import litert_logits
from edgekit.run import HeldOut
from edgekit.train.baselines.angle import atan2_posture

from .disturb import DISTURBANCES, Disturbance
from .edge import subset

SEED = 0
WINDOWS, QUICK_WINDOWS = 4000, 1000


@dataclass(frozen=True)
class Curve:
    """Posture accuracy at each level, fractions of 1."""

    disturbance: str
    levels: tuple[float, ...]
    net: tuple[float, ...]
    angle: tuple[float, ...] | None  # None where the classes are no angles


@dataclass(frozen=True)
class Robustness:
    bundle: str
    windows: int  # at each level, the same ones
    curves: tuple[Curve, ...]


def measure(bundle: Bundle, run: Path, quick: bool, progress: Callable[[str], None]) -> Robustness:
    """Measure every disturbance.

    Raises UsageError or EdgekitError where there is no finished run at `run`.
    """
    test = subset(load_run(run).test, QUICK_WINDOWS if quick else WINDOWS)
    curves = []
    for disturbance in DISTURBANCES:
        progress(f"{disturbance.name}: {len(test):,} windows at {len(disturbance.levels)} levels")
        curves.append(_curve(bundle, test, disturbance))
    return Robustness(bundle.name, len(test), tuple(curves))


def _curve(bundle: Bundle, test: HeldOut, disturbance: Disturbance) -> Curve:
    model, spec = bundle.model.read_bytes(), bundle.spec
    net, angle = [], []
    for level in disturbance.levels:
        xyz_g = disturbance.apply(test.xyz_g, level, np.random.default_rng(SEED))
        answer = litert_logits(model, bundle.read(xyz_g)).posture.argmax(1)
        net.append(float((answer == test.posture).mean()))
        if spec.has_body_axes:
            atan2 = atan2_posture(xyz_g, spec.postures)
            angle.append(float((atan2 == test.posture).mean()))
    return Curve(disturbance.name, disturbance.levels, tuple(net), tuple(angle) or None)

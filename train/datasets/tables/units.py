"""Find the unit of acceleration, from the header or from gravity at rest, and convert to g."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.gravity import TOLERANCE, UNITS, likely_units, rest_length

WORDS = {
    "g": "g", "gs": "g", "g-force": "g", "gn": "g",
    "mg": "mg", "milli-g": "mg", "millig": "mg",
    "m/s2": "m/s2", "m/s^2": "m/s2", "m/s²": "m/s2", "m/s/s": "m/s2", "ms2": "m/s2", "mss": "m/s2",
    "m s-2": "m/s2", "ms-2": "m/s2", "ms^-2": "m/s2", "m s^-2": "m/s2", "mps2": "m/s2",
    "m*s^-2": "m/s2", "m/sec2": "m/s2", "m/s**2": "m/s2",
}  # fmt: skip
LEAST_AT_REST_G = 0.3  # below it gravity was taken out, or it is another unit


def length_of_g(unit: str) -> float:
    """Return the length of 1 g in a unit: g, m/s2, mg, or counts:<per g>.

    Raises UsageError for another.
    """
    kind, _, per_g = unit.partition(":")
    if kind == "counts":
        try:
            length = float(per_g)
        except ValueError:
            length = 0.0
        if 0 < length < 1e6:
            return length
        raise UsageError(f"--unit {unit}: say how many counts are 1 g, as in --unit counts:256")
    word = WORDS.get(unit.lower())
    if word is None:
        raise UsageError(f"--unit {unit}: the units are {', '.join(UNITS)} and counts:<per g>")
    return UNITS[word]


def in_g(
    xyz: NDArray[np.float64], in_header: str, wanted: str | None, path: Path
) -> tuple[NDArray[np.float32], str, list[str]]:
    """Convert samples (N, 3) to g; return them, the unit in words, and what is doubtful.

    The unit is `wanted` (the option --unit), else the header's, else the one in which gravity at
    rest has its length. Raises UsageError where the header and gravity disagree or two units are
    possible, EdgekitError where none is.
    """
    length = rest_length(xyz)
    likely = likely_units(length)
    if wanted:
        one_g = length_of_g(wanted)
        doubts = []
        if abs(length / one_g - 1) > TOLERANCE:
            doubts = [f"gravity at rest is {length / one_g:.2g} g" + _looks_like(likely)]
        return (xyz / one_g).astype(np.float32), f"{wanted} (option)", doubts
    stated = WORDS.get(in_header.lower())
    if stated:
        rest_g = length / UNITS[stated]
        if rest_g < LEAST_AT_REST_G and not likely:
            raise _no_gravity(path, rest_g)
        if abs(rest_g - 1) > TOLERANCE and likely:
            raise UsageError(
                f"{path}: its header says {stated}, in which gravity at rest is {rest_g:.3g} g"
                f"{_looks_like(likely)}. Decide with --unit."
            )
        doubts = [f"gravity at rest is {rest_g:.2f} g"] if abs(rest_g - 1) > TOLERANCE else []
        return (xyz / UNITS[stated]).astype(np.float32), f"{stated} (header)", doubts
    if len(likely) > 1:
        raise UsageError(
            f"{path}: gravity at rest is {length:.4g} long, so the unit may be "
            f"{' or '.join(likely)}. Decide with --unit."
        )
    if not likely:
        if length < LEAST_AT_REST_G:
            raise _no_gravity(path, length)
        raise UsageError(
            f"{path}: gravity at rest is {length:.4g} long, which is 1 g in no unit that is known "
            f"({', '.join(UNITS)}, counts). Name the unit with --unit, as --unit counts:256."
        )
    if likely[0].startswith("counts") and np.any(xyz != np.rint(xyz)):
        raise UsageError(
            f"{path}: gravity at rest is {length:.4g} long, but its samples are no whole counts. "
            "Name the unit with --unit, as --unit counts:256."
        )
    return (xyz / length_of_g(likely[0])).astype(np.float32), f"{likely[0]} (by gravity)", []


def _looks_like(likely: tuple[str, ...]) -> str:
    return f"; the samples look like {' or '.join(likely)}" if likely else ""


def _no_gravity(path: Path, length: float) -> EdgekitError:
    return EdgekitError(
        f"{path}: its samples are {length:.2g} long at rest, so gravity was taken out of them. "
        "Record the accelerometer with gravity (Sensor Logger: TotalAcceleration; phyphox: "
        "Acceleration with g)."
    )

"""Find the unit of acceleration, from the header or from gravity at rest, and convert to g."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.gravity import TOLERANCE, UNITS, likely_units, rest_length
from edgekit.recording_checks import MOST_AT_REST_G
from edgekit.spec import ADXL345_COUNTS_PER_G

WORDS = {
    "g": "g", "gs": "g", "g-force": "g", "gn": "g",
    "mg": "mg", "milli-g": "mg", "millig": "mg",
    "m/s2": "m/s2", "m/s^2": "m/s2", "m/s²": "m/s2", "m/s/s": "m/s2", "ms2": "m/s2", "mss": "m/s2",
    "m s-2": "m/s2", "ms-2": "m/s2", "ms^-2": "m/s2", "m s^-2": "m/s2", "mps2": "m/s2",
    "m*s^-2": "m/s2", "m/sec2": "m/s2", "m/s**2": "m/s2",
    "cm/s2": "cm/s2", "cm/s^2": "cm/s2", "cm/s²": "cm/s2", "gal": "cm/s2",
    "mm/s2": "mm/s2", "mm/s^2": "mm/s2", "mm/s²": "mm/s2",
}  # fmt: skip
# cm/s2 is within a sensor's tolerance of mg: only a header or --unit tells it.
LENGTHS = {**UNITS, "cm/s2": 100 * UNITS["m/s2"], "mm/s2": 1000 * UNITS["m/s2"]}
SET_COUNTS = f"counts:{ADXL345_COUNTS_PER_G}"  # as the Sleep format may hold
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
        raise UsageError(f"--unit {unit}: the units are {', '.join(LENGTHS)} and counts:<per g>")
    return LENGTHS[word]


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
    if np.any(xyz != np.rint(xyz)):  # counts are whole numbers
        likely = tuple(unit for unit in likely if not unit.startswith("counts"))
    if wanted:
        one_g = length_of_g(wanted)
        doubts = []
        _check_rest(length / one_g, f"--unit {wanted}", likely, path)
        if abs(length / one_g - 1) > TOLERANCE and likely:
            doubts = [f"gravity at rest is {length / one_g:.2g} g" + _looks_like(likely)]
        return (xyz / one_g).astype(np.float32), f"{wanted} (option)", doubts
    stated = WORDS.get(in_header.lower())
    if stated:
        rest_g = length / LENGTHS[stated]
        if rest_g < LEAST_AT_REST_G and not likely:
            raise _no_gravity(path, rest_g)
        if abs(rest_g - 1) > TOLERANCE and likely:
            raise UsageError(
                f"{path}: its header says {stated}, in which gravity at rest is {rest_g:.3g} g"
                f"{_looks_like(likely)}. Decide with --unit."
            )
        _check_rest(rest_g, f"the header's {stated}", likely, path)
        return (xyz / LENGTHS[stated]).astype(np.float32), f"{stated} (header)", []
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
    if likely[0].startswith("counts") and len(xyz) > 1 and (xyz > 0).all():
        raise UsageError(
            f"{path}: its samples are counts, and all above 0, as where 0 g is not 0 counts. "
            f"Subtract the counts of 0 g first, or, if 0 is 0 g, decide with --unit {likely[0]}."
        )
    return (xyz / length_of_g(likely[0])).astype(np.float32), f"{likely[0]} (by gravity)", []


def in_g_of_set(
    xyz: NDArray[np.float32], written: str, path: Path
) -> tuple[NDArray[np.float32], str]:
    """Convert samples (N, 3) of a public set to g; return them, and the unit in words.

    The set is `written` in one unit; a copy that somebody converted is known by gravity at rest.
    Raises EdgekitError where gravity has its length in no known unit.
    """
    length = rest_length(xyz)
    if length == 0:  # never measured: left out as such
        return xyz, written
    for unit in dict.fromkeys((written, *UNITS, SET_COUNTS)):
        one_g = length_of_g(unit)
        if abs(length / one_g - 1) <= TOLERANCE:
            source = "" if unit == written else " (by gravity)"
            return xyz / np.float32(one_g), f"{unit}{source}"
    if LEAST_AT_REST_G <= length / length_of_g(written) <= MOST_AT_REST_G:  # in movement all along
        return xyz / np.float32(length_of_g(written)), written
    known = ", ".join(f"{length_of_g(unit):g} ({unit})" for unit in (*UNITS, SET_COUNTS))
    raise EdgekitError(
        f"{path}: gravity at rest is {length:.4g} long, and should be one of {known}. Convert the "
        "file to g."
    )


def _check_rest(rest_g: float, unit: str, likely: tuple[str, ...], path: Path) -> None:
    """Raise UsageError for gravity so long that it is in another unit."""
    if rest_g > MOST_AT_REST_G:
        raise UsageError(
            f"{path}: in {unit} gravity at rest is {rest_g:.3g} g{_looks_like(likely)}. Decide "
            "with --unit."
        )


def _looks_like(likely: tuple[str, ...]) -> str:
    return f"; the samples look like {' or '.join(likely)}" if likely else ""


def _no_gravity(path: Path, length: float) -> EdgekitError:
    return EdgekitError(
        f"{path}: its samples are {length:.2g} long at rest, so gravity was taken out of them. "
        "Record the accelerometer with gravity (Sensor Logger: TotalAcceleration; phyphox: "
        "Acceleration with g)."
    )

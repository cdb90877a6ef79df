"""Measure a Calibration from still seconds in known postures: how a sensor is mounted."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.calibration import Calibration, vector
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json, write_json
from edgekit.spec import AXES
from edgekit.stretches import TOLERANCE_PERIODS

from ..sources.source import Source

SPAN_S = 10.0
PATIENCE_S = 20.0  # with a sensor that does not answer
# The length over three axes of the standard deviation in ten seconds. Measured: 98 % of an
# ADXL345's spans on people at rest stay below, and the simulated belly moves up to 0.11 g.
STILL_WITHIN_G = 0.12
GRAVITY_LEAST_G, GRAVITY_MOST_G = 0.85, 1.15  # a sensor's offsets and gains stay within
LEAST_APART_DEG = 45.0  # between lying and upright, for the two to fix the direction of the head
HEAD_LEAST = 0.5  # part of the sensor's y axis in the level plane, to be projected on it
FACE_LEAST = 0.9  # part of a face's gravity along its own axis

ON_BACK = "on the back", "Lie on your back and keep still"  # where, and the instruction
UPRIGHT = "upright", "Stand or sit upright and keep still"
SIX_FACES = 6


def from_postures(
    back_g: NDArray[np.float32],
    upright_g: NDArray[np.float32] | None = None,
    faces: Calibration | None = None,
) -> Calibration:
    """Return the mounting from still seconds (n, 3) in g on the back, better with (m, 3) upright.

    On the back gravity reads along the body's z. The head lies where gravity reads upright, or,
    without that, where the sensor's own y axis points; either is laid level to z. `faces` brings
    the sensor's offsets and gains. Raises EdgekitError when the wearer moved or did not lie.
    """
    sensor = faces or Calibration()
    own = Calibration(offset_g=sensor.offset_g, gain=sensor.gain)
    z = _direction(own.apply(back_g), *ON_BACK)
    if upright_g is None:
        head = np.array([0.0, 1.0, 0.0])
        if np.linalg.norm(_level(head, z)) < HEAD_LEAST:
            raise EdgekitError(
                "gravity lies along the sensor's y axis, which is to point to the head: its wearer "
                "was upright, not lying, or it is mounted another way. Lie on your back, or "
                "calibrate with --upright too"
            )
    else:
        head = _direction(own.apply(upright_g), *UPRIGHT)
        apart_deg = float(np.degrees(np.arccos(np.clip(head @ z, -1, 1))))
        if not LEAST_APART_DEG <= apart_deg <= 180 - LEAST_APART_DEG:
            raise EdgekitError(
                f"on the back and upright are {apart_deg:.0f} degrees apart, and should be about "
                "90: one of them was not as asked. Lie flat for the first, stand for the second"
            )
    y = _level(head, z)
    y /= np.linalg.norm(y)
    x = np.cross(y, z)
    rotation = vector(x), vector(y), vector(z)
    return Calibration(rotation, sensor.offset_g, sensor.gain, _now())


def from_faces(faces_g: list[NDArray[np.float32]]) -> Calibration:
    """Return offsets and gains from still spans (n, 3) in g on six faces, in any order.

    Each span's mean (6, 3) should read +-1 g along its own axis and 0 along the others: a straight
    line for each axis, by least squares. Raises EdgekitError unless each of the six faces was up
    once, and still.
    """
    if len(faces_g) != SIX_FACES:
        raise EdgekitError(f"six faces are needed, not {len(faces_g)}: lay it on each side once")
    names: list[str] = []
    for span in faces_g:
        names.append(face_up(span, names))
    means = np.array([span.mean(axis=0, dtype=np.float64) for span in faces_g])
    true_g = np.zeros((SIX_FACES, AXES))
    for face, name in enumerate(names):
        true_g[face, "xyz".index(name[1])] = 1.0 if name[0] == "+" else -1.0
    offset_g, gain = np.zeros(AXES), np.ones(AXES)
    for which in range(AXES):  # read = true / gain + offset
        line = np.stack([true_g[:, which], np.ones(SIX_FACES)], axis=1)
        slope, offset_g[which] = np.linalg.lstsq(line, means[:, which], rcond=None)[0]
        gain[which] = 1 / slope
    return Calibration(offset_g=vector(offset_g), gain=vector(gain), made_utc=_now())


def face_up(span: NDArray[np.float32], before: Sequence[str] = ()) -> str:
    """Return '+x' to '-z': the side of the sensor that was up in a still span (n, 3) in g.

    Raises EdgekitError when it moved, did not lie level, or is one of those `before` it.
    """
    mean = still_mean(span, f"face {len(before) + 1}", "Leave it on a table")
    axis = int(np.abs(mean).argmax())
    if abs(mean[axis]) < FACE_LEAST * np.linalg.norm(mean):
        raise EdgekitError(
            f"face {len(before) + 1} did not lie level: put the sensor on a flat table, "
            "against a straight edge where it has no flat side"
        )
    name = f"{'+' if mean[axis] > 0 else '-'}{'xyz'[axis]}"
    if name in before:
        left = [f"{sign}{axis}" for axis in "xyz" for sign in "+-" if f"{sign}{axis}" not in before]
        raise EdgekitError(
            f"face {len(before) + 1} is face {before.index(name) + 1} again ({name} up); not up "
            f"yet: {', '.join(left)}. Turn it to each side once"
        )
    return name


def read_span(source: Source) -> NDArray[np.float32]:
    """Return a source's first SPAN_S seconds without a gap, (n, 3) in g as read.

    Raises EdgekitError when the source ends, or breaks off, before.
    """
    parts: list[NDArray[np.float32]] = []
    why = ""
    have_s, due_s = 0.0, None
    began = time.monotonic()
    for chunk in source.chunks():
        for kind, detail in chunk.events:
            why = f" ({kind}: {detail}). Look with: edgekit doctor"
        if not len(chunk):
            if time.monotonic() - began > SPAN_S + PATIENCE_S:  # a live source never ends
                break
            continue
        if due_s is not None and abs(chunk.start_s - due_s) > TOLERANCE_PERIODS / chunk.rate_hz:
            parts, have_s = [], 0.0
        parts.append(chunk.xyz_g)
        have_s += len(chunk) / chunk.rate_hz
        due_s = chunk.end_s
        if have_s >= SPAN_S:
            samples = np.concatenate(parts)
            return samples[: round(SPAN_S * len(samples) / have_s)]
    raise EdgekitError(
        f"calibrating needs {SPAN_S:.0f} s without a gap, and {source.about.source} gave "
        f"{have_s:.1f} s{why}"
    )


def save_calibration(path: Path, calibration: Calibration) -> None:
    """Write a calibration's file, whole or not at all."""
    write_json(path, calibration.to_json())


def load_calibration(path: Path) -> Calibration:
    """Read a calibration's file. Raises EdgekitError when there is none, or it is damaged."""
    if not path.is_file():
        raise UsageError(f"no calibration at {path}. Make one with: edgekit calibrate")
    try:
        return Calibration.from_json(read_json(path))
    except EdgekitError as error:
        raise EdgekitError(f"{path}: {error}") from None


def _direction(xyz_g: NDArray[np.float32], where: str, asked: str) -> NDArray[np.float64]:
    mean = still_mean(xyz_g, where, asked)
    return np.asarray(mean / np.linalg.norm(mean))


def still_mean(xyz_g: NDArray[np.float32], where: str, asked: str) -> NDArray[np.float64]:
    """Return the mean (3,) of a still span (n, 3) in g.

    Raises EdgekitError when it moved, or its length is not gravity's. `where` and `asked` are the
    error's words.
    """
    if len(xyz_g) == 0:
        raise EdgekitError(f"no sample was taken {where}")
    moved_g = float(np.linalg.norm(xyz_g.std(axis=0, dtype=np.float64)))
    if moved_g > STILL_WITHIN_G:
        raise EdgekitError(
            f"it moved by {moved_g:.2f} g {where}, and {STILL_WITHIN_G:.2f} g is allowed. "
            f"{asked} for {SPAN_S:.0f} s, then try again"
        )
    mean = xyz_g.mean(axis=0, dtype=np.float64)
    length_g = float(np.linalg.norm(mean))
    if not GRAVITY_LEAST_G <= length_g <= GRAVITY_MOST_G:
        raise EdgekitError(
            f"at rest {where} the sensor reads {length_g:.2f} g, not 1 g: its unit, its range or "
            "its wiring is not as thought. Look with: edgekit doctor"
        )
    return np.asarray(mean)


def _level(direction: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a direction (3,) in the plane whose normal is z."""
    return np.asarray(direction - (direction @ z) * z)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

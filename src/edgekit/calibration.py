"""Calibration: from a sensor's readings to g in the wearer's axes; measured once for all nights."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.spec import AXES

FORMAT = "edgekit calibration"
VERSION = 1


@dataclass(frozen=True)
class Calibration:
    """body = rotation @ (gain * (read - offset_g)); axes as in `spec.torso_angle_deg`."""

    rotation: tuple[tuple[float, float, float], ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    offset_g: tuple[float, float, float] = (0.0, 0.0, 0.0)  # of each axis of the sensor
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    made_utc: str = ""

    def apply(self, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return samples (n, 3) in g as read as samples (n, 3) in g in body axes."""
        true_g = (xyz_g - np.array(self.offset_g, np.float32)) * np.array(self.gain, np.float32)
        return np.asarray(true_g @ np.array(self.rotation, np.float32).T)

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, "version": VERSION, **asdict(self)}

    @staticmethod
    def from_json(fields: Any) -> "Calibration":
        """Read what `to_json` returned, each field checked.

        Raises EdgekitError when a field is missing, of the wrong kind, or out of its range.
        """
        if not isinstance(fields, dict) or fields.get("format") != FORMAT:
            raise EdgekitError(f"not an {FORMAT}")
        if fields.get("version") != VERSION:
            raise EdgekitError(
                f"{FORMAT} version {fields.get('version')!r}; this edgekit reads {VERSION}"
            )
        rows = _numbers(fields, "rotation", (AXES, AXES))
        offset_g, gain = _numbers(fields, "offset_g", (AXES,)), _numbers(fields, "gain", (AXES,))
        if not np.allclose(rows @ rows.T, np.eye(AXES), atol=1e-6) or np.linalg.det(rows) < 0:
            raise EdgekitError(
                "the rotation of the calibration is none: its axes are not at right angles"
            )
        if (gain <= 0).any():
            raise EdgekitError("a gain of the calibration is not above 0")
        return Calibration(
            rotation=(vector(rows[0]), vector(rows[1]), vector(rows[2])),
            offset_g=vector(offset_g),
            gain=vector(gain),
            made_utc=str(fields.get("made_utc", "")),
        )


def _numbers(fields: dict[str, Any], name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    try:
        values = np.array(fields[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError):
        values = np.empty(0)
    if values.shape != shape or not np.isfinite(values).all():
        raise EdgekitError(f"{name} of the calibration is missing, or not {shape} finite numbers")
    return values


def vector(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return three values (3,) as plain numbers."""
    x, y, z = values.tolist()
    return x, y, z

"""Lay out a night as a table: one row per decision, with names in place of numbers."""

import csv
import io
import math
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import Decisions
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import UNLABELLED, Spec

from .time_axis import local, utc

COLUMNS = {
    "time_utc": "start of the window, ISO 8601, UTC",
    "time_local": "the same moment on the wearer's clock, ISO 8601 with its offset from UTC",
    "posture": "smoothed posture or activity, by the name that the report shows",
    "posture_confidence": "probability of the smoothed posture, 0 to 1",
    "placement": "smoothed placement of the sensor",
    "placement_confidence": "probability of the smoothed placement, 0 to 1",
    "raw_posture": "the window's own posture, before smoothing",
    "torso_angle_deg": "where the stomach points: right 0, supine 90, left 180, prone 270; empty "
    "where the sensor's axes are not the body's",
    "state": "worn, upright (not lying) or off (not on a body)",
    "movement_g": "how much the sensor moved within the window, in g; empty where it is not known",
    "truth": "the label that came with the recording; empty where there is none",
}

DIGITS = {  # after the point, of the columns that hold real numbers
    "posture_confidence": 3,
    "placement_confidence": 3,
    "torso_angle_deg": 1,
    "movement_g": 4,
}


def decisions_csv(decisions: Decisions, spec: Spec, utc_offsets: UtcOffsets) -> str:
    """Return a header and a row per decision, lines ending in CRLF (RFC 4180)."""
    columns = decision_columns(decisions, spec, utc_offsets)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(
        zip(
            *(
                [_fixed(value, DIGITS[name]) for value in column] if name in DIGITS else column
                for name, column in columns.items()
            ),
            strict=True,
        )
    )
    return text.getvalue()


def decision_columns(
    decisions: Decisions, spec: Spec, utc_offsets: UtcOffsets
) -> dict[str, list[Any]]:
    """Return a list per name in COLUMNS, with None where there is no value."""
    names = spec.postures
    starts_s = decisions.start_s.tolist()
    columns: dict[str, list[Any]] = {
        "time_utc": [_iso(utc(at_s)) for at_s in starts_s],
        "time_local": [_iso(local(at_s, utc_offsets)) for at_s in starts_s],
        "posture": [names[k] for k in decisions.posture],
        "posture_confidence": decisions.posture_confidence.tolist(),
        "placement": [spec.placements[k] for k in decisions.placement],
        "placement_confidence": decisions.placement_confidence.tolist(),
        "raw_posture": [names[k] for k in decisions.raw_posture],
        "torso_angle_deg": _known(decisions.torso_angle_deg),
        "state": decisions.state.tolist(),
        "movement_g": _known(decisions.movement_g),
        "truth": [None if k == UNLABELLED else names[k] for k in decisions.truth],
    }
    return {name: columns[name] for name in COLUMNS}


def _known(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _fixed(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

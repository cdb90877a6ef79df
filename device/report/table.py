"""The night as CSV: one row per decision, with names in place of numbers."""

import csv
import io
import math
from datetime import datetime

from edgekit.spec import UNLABELLED, Spec

from ..night import Decisions
from .labels import class_names
from .time_axis import TimeAxis, utc

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
    "truth": "the label that came with the recording; empty where there is none",
}


def decisions_csv(decisions: Decisions, spec: Spec, utc_offset_s: int) -> str:
    """A header and a row per decision, lines ending in CRLF (RFC 4180)."""
    names = class_names(spec)
    axis = TimeAxis(0.0, 1.0, utc_offset_s)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(
        (
            _iso(utc(start_s)),
            _iso(axis.local(start_s)),
            names[posture],
            f"{sure:.3f}",
            spec.placements[placement],
            f"{placement_sure:.3f}",
            names[raw],
            "" if math.isnan(angle) else f"{angle:.1f}",
            state,
            "" if truth == UNLABELLED else names[truth],
        )
        for start_s, posture, sure, placement, placement_sure, raw, angle, state, truth in zip(
            decisions.start_s.tolist(),
            decisions.posture.tolist(),
            decisions.posture_confidence.tolist(),
            decisions.placement.tolist(),
            decisions.placement_confidence.tolist(),
            decisions.raw_posture.tolist(),
            decisions.torso_angle_deg.tolist(),
            decisions.state.tolist(),
            decisions.truth.tolist(),
            strict=True,
        )
    )
    return text.getvalue()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

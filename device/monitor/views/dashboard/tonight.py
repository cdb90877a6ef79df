"""Tonight: the state that the monitor sends, in the words and colours that the page shows."""

from typing import Any

import numpy as np

from edgekit.spec import ONE_GAIN, Spec
from edgekit.text import clock, duration

from ....decide.reliability import percent_text, posture_right
from ....report.labels import SUPINE, lane_of_class
from ....report.palette import at_angle, class_colours
from ....report.states import class_state
from ....report.therapy import attempts_text

NOT_SURE = "not clear yet"


def tonight(line: dict[str, Any]) -> dict[str, Any]:
    """Return what the page draws for a state of `DashboardView`; times are this computer's."""
    shown: dict[str, Any] = {
        "at_s": line["at_s"],
        "clock": clock(line["at_s"]),
        "is_clock_assumed": line["clock"] != "utc",
        "recorded": duration(line["done_s"]),
        "rate_hz": line["rate_hz"],
        "model": line["model"],
        "source": line["source"],
        "is_simulated": "synthetic" in line["source"].lower(),
        "quiet_s": line["quiet_s"],
        "health": line["health"],
        "faults": line["faults"],
        "events": [event | {"clock": clock(event["at_s"])} for event in line["events"]][::-1],
        "warning": line.get("warning", []),
        "decided": None,
        "alarm": _alarm(line["alarm"]) if line.get("alarm") else None,
    }
    if "posture" in line:
        shown["decided"] = _decided(line)
    return shown


def _decided(line: dict[str, Any]) -> dict[str, Any]:
    postures, placements = tuple(line["postures"]), tuple(line["placements"])
    spec = Spec(line["domain"], 1.0, postures, placements, ONE_GAIN)
    posture, angle_deg = line["posture"], line["angle_deg"]
    colour = at_angle(angle_deg) if angle_deg is not None else class_colours(spec)[posture]
    counted = np.array(line["windows"], np.int64)
    supine_percent = None
    if spec.has_body_axes and counted.sum():
        supine = lane_of_class(spec) == SUPINE
        supine_percent = round(100 * float(counted[supine].sum() / counted.sum()), 1)
    return {
        "state": line["state"],
        "has_body": spec.has_body_axes,
        "name": class_state(spec, line["state"], posture).name,
        "confidence": percent_text(float(posture_right(line["confidence"], spec))),
        "placement": placements[0] if len(placements) == 1 else line["placement"] or NOT_SURE,
        "angle_deg": angle_deg,
        "since": clock(line["since_s"]),
        "held": duration(max(line["at_s"] - line["since_s"], 0.0)),
        "supine_percent": supine_percent,
        "colour": {"light": colour.light, "dark": colour.dark},
    }


def _alarm(status: dict[str, Any]) -> dict[str, str]:
    """Return what a therapy of this `TherapyStatus` does now, and what came of it tonight."""
    level, levels, attempts = status["level"], status["levels"], status["attempts"]
    due = duration(status["due_s"])
    if status["waits_s"] > 0:
        now = f"begins in {duration(status['waits_s'])}"
    elif not status["is_on_back"]:
        now = "watching"
    elif level == 0:
        now = f"on the back, due in {due} of lying still"
    elif level < levels:
        now = f"level {level} of {levels} given, the next in {due}"
    else:
        now = f"level {level} of {levels} given, then a pause of {due}"
    came = attempts_text(attempts, status["answered"]) if attempts else "no attempt yet"
    return {"name": "Baseline night" if status["is_baseline"] else "Alarm",
            "now": now, "came": came}  # fmt: skip

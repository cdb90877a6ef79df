"""The meaning of each word and figure of the report; docs/report.md prints it too."""

from edgekit.spec import Spec

from ..decide.reliability import SURE_RIGHT, SURE_SHARE
from .summary import BRIEF_S, CLEAR_PLACEMENT, DOUBTFUL, SETTLED_S, STILL_S, STILL_TURN_DEG

_ALWAYS = {
    "recorded": "Time from the first decision to the end of the last window, gaps included.",
    "decision": "One answer of the network for one window; it stands for the time up to the next "
    "window's start. Minutes are decisions times that time.",
    "worn": "Decisions in which the sensor was on a body that was not upright. Every percentage of "
    "a posture, activity or placement is of worn time.",
    "off the body": f"The sensor lay still without breathing, for at least {BRIEF_S:g} s.",
    "gap": "Time in which no decision could be made because samples are missing. The time without "
    "decisions is longer than the gap itself: a window never crosses one.",
    "confidence": "How often a posture that the network, smoothed over time, is as sure of was "
    "right, measured on simulated nights of people whom it had not seen; of activities, which "
    "were not measured, the network's own probability. A decision whose own probability is below "
    f"{DOUBTFUL:g} is called doubtful.",
    "placement": "Where the network believes the sensor was worn. Called clear when one placement "
    f"holds at least {100 * CLEAR_PLACEMENT:g} % of worn time. Sure when {100 * SURE_SHARE:g} % of "
    f"the worn windows, each by itself, read it: then it was right in more than "
    f"{100 * SURE_RIGHT:g} of 100 simulated nights.",
    "clipped, stuck": "Samples at the end of the sensor's range; samples of a sensor that repeated "
    "itself.",
    "movement": "How much the sensor moved within a window, from the samples. The strip shows the "
    "most in each of its columns, off the body left out.",
    "alarm, attempt": "An alarm is one vibration of positional therapy. All alarms of one stay in "
    "the posture that is to be avoided are an attempt.",
    "level, strength": "The alarms of an attempt grow from level to level; strength is the "
    "share of the motor's full power.",
    "response": "From an attempt's first alarm until the wearer left the posture.",
    "baseline night": "A night whose alarms were held back: what happens without them.",
    "faults": "What went wrong at the sensor and on its bus, as the device counted it.",
    "smoothed, raw": "Smoothed decisions weigh each window with those before it; raw ones are each "
    "window's own.",
    "sensitivity": "Of the decisions labelled with a class, the share that was given that class.",
    "predictive value (PPV)": "Of the decisions given a class, the share labelled with it.",
    "balanced accuracy": "The mean sensitivity over the classes that occur.",
}
_SLEEP = {
    "posture": "Twelve classes, 30 degrees apart: the first word is the nearest of supine, left, "
    "prone and right, the second the side to which the body leans.",
    "group": "Supine, left, prone, right: a class belongs to the one within 45 degrees.",
    "torso angle": "Where the stomach points about the body's long axis, from gravity: right 0, "
    "supine 90, left 180, prone 270 degrees.",
    "by angle alone": "The same minutes without a network: each decision goes to the class nearest "
    "to its torso angle (atan2 of gravity).",
    "bout": f"A group that held for at least {SETTLED_S:g} s. Shorter excursions count to the bout "
    "before them.",
    "position change": "One bout following another without rising, removal or a longer gap between "
    "them. Per hour of worn time. Observed in adults: 1.6 an hour (Skarpsno et al. 2017, "
    "accelerometers), 2.7 at 35-45 years (De Koninck et al. 1992, camera); they define it in "
    "their own ways.",
    "supine attempt": f"Each entry into the supine group which lasted at least {BRIEF_S:g} s.",
    "immobility": f"Stretches of at least {STILL_S / 60:g} min (De Koninck et al. 1992) in which "
    f"the torso angle never changed by more than {STILL_TURN_DEG:g} degrees between "
    "neighbouring decisions. Moving limbs without turning the torso go unseen.",
    "upright": f"The body's long axis stood up for at least {BRIEF_S:g} s: sitting, standing, "
    "walking, out of bed.",
}
_ACTIVITY = {
    "bout": f"An activity that held for at least {BRIEF_S:g} s. Shorter excursions count to the "
    "bout before them.",
    "activity change": "One bout following another without removal or a longer gap between them. "
    "Per hour of worn time.",
}


def terms(spec: Spec) -> dict[str, str]:
    """Return term to meaning, for the words that a report on this kind of night uses."""
    return {**(_SLEEP if spec.has_body_axes else _ACTIVITY), **_ALWAYS}

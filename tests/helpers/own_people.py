"""Three people's recordings as three programs export them, and a fourth's: what a user has."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from tests.helpers.tables import edge_impulse, phyphox, sensor_logger, written

ACTIVITIES = ("sitting", "walking", "brushing teeth")
ACTIVITY_S = 80.0
DORA_TURN_DEG = 180.0
AFTERNOON = (("sitting", 90.0), ("walking", 60.0), ("brushing teeth", 60.0), ("sitting", 90.0))


def worn_g(
    activity: str,
    seed: int,
    seconds: float,
    rate_hz: float,
    turn_deg: float = 0.0,
    session: int = 0,
) -> NDArray[np.float64]:
    """Return what a watch reads, (N, 3) in g: an arm's angle over time, and its shaking.

    People differ in pace, vigour, and how the watch sits; `turn_deg` turns it about the forearm.
    """
    random = np.random.default_rng([seed, ACTIVITIES.index(activity), session])
    person = np.random.default_rng(seed)
    pace, vigour = person.uniform(0.9, 1.1), person.uniform(0.8, 1.2)
    t_s = np.arange(round(seconds * rate_hz)) / rate_hz
    knots_s = np.arange(0, seconds + 8, 8)
    slow = np.interp(t_s, knots_s, random.normal(0, 4, len(knots_s)))
    pitch_deg, roll_deg, shake_g = np.full(len(t_s), 0.0), slow, np.zeros((len(t_s), 3))
    if activity == "sitting":  # the forearm on a table, a hand that fidgets now and then
        pitch_deg += -5 + slow / 2
        fidget = np.convolve(random.random(len(t_s)) < 0.0008, np.hanning(60), "same")
        shake_g += 0.15 * fidget[:, None] * random.normal(0, 1, (len(t_s), 3))
    elif activity == "walking":  # the arm hangs and swings; each step is a jolt of two harmonics
        stride = (
            2 * np.pi * 0.93 * pace * (t_s + 0.02 * np.cumsum(random.normal(0, 0.05, len(t_s))))
        )
        pitch_deg += -75 + 18 * vigour * np.sin(stride)
        jolt = 0.18 * np.sin(2 * stride + 0.4) + 0.09 * np.sin(4 * stride + 1.1)
        shake_g += vigour * jolt[:, None] * (0.9, 0.3, 0.5)
    else:  # the hand before the mouth, strokes of about 5 a second, with pauses
        pitch_deg += 35 + slow
        stroke = np.sin(2 * np.pi * 4.8 * pace * t_s) * (np.sin(2 * np.pi * t_s / 17) > -0.6)
        shake_g += 0.55 * vigour * stroke[:, None] * (0.8, 0.5, 0.2)
        roll_deg = roll_deg + 30
    turn = person.normal(0, 6, 3) + np.array([turn_deg, 0, 0])
    arm = Rotation.from_euler("yx", np.stack([-pitch_deg, roll_deg], 1), degrees=True)
    worn = Rotation.from_euler("xyz", turn, degrees=True)
    up_g = worn.inv().apply(arm.inv().apply([0.0, 0.0, 1.0]))
    return np.asarray(up_g + worn.inv().apply(shake_g) + random.normal(0, 0.008, shake_g.shape))


def session_g(seed: int, rate_hz: float, turn_deg: float = 0.0) -> NDArray[np.float64]:
    """Return one activity after another, (N, 3) in g."""
    return np.concatenate(
        [worn_g(name, seed, ACTIVITY_S, rate_hz, turn_deg) for name in ACTIVITIES]
    )


def write_people(folder: Path) -> None:
    """Write people/ of three, diary.csv beside it, and dora/: a fourth's minutes and afternoon.

    Dora wears the watch on the inside of her wrist.
    """
    people, dora = folder / "people", folder / "dora"
    people.mkdir()
    written(people, sensor_logger(session_g(1, 100), 100), "ann_wrist.csv")
    with_label = labelled(edge_impulse(session_g(2, 62.5), 62.5), 62.5)
    written(people, with_label, "bob_wrist.csv")
    written(people, phyphox(session_g(3, 50), 50), "cem_wrist.csv")
    rows = [
        f"{person}_wrist.csv,{k * ACTIVITY_S:g},{(k + 1) * ACTIVITY_S:g},{name}"
        for person in ("ann", "cem")
        for k, name in enumerate(ACTIVITIES)
    ]
    written(folder, "\n".join(["file,start,end,posture", *rows, ""]), "diary.csv")
    dora.mkdir()
    minutes = labelled(edge_impulse(session_g(4, 50, turn_deg=DORA_TURN_DEG), 50), 50)
    written(dora, minutes, "dora_wrist_minutes.csv")
    written(dora, edge_impulse(afternoon_g(50), 50), "dora_wrist_afternoon.csv")


def afternoon_g(rate_hz: float) -> NDArray[np.float64]:
    """Return five minutes of dora, (N, 3) in g, each activity as AFTERNOON says."""
    return np.concatenate(
        [
            worn_g(name, 4, seconds, rate_hz, DORA_TURN_DEG, session=1 + k)
            for k, (name, seconds) in enumerate(AFTERNOON)
        ]
    )


def labelled(table: str, rate_hz: float) -> str:
    """Add a column `label` to a table of one activity after another."""
    head, *rows = table.splitlines()
    labels = np.repeat(ACTIVITIES, round(ACTIVITY_S * rate_hz))
    return "\n".join(
        [f"{head},label", *(f"{row},{label}" for row, label in zip(rows, labels, strict=True)), ""]
    )

"""Nights made by hand: a plan of (posture, minutes), as decisions and as a file."""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekit.doubt import Doubt
from edgekit.night.columns import selected
from edgekit.night.meta import Clock, NightMeta
from edgekit.night.night import Alarm, Decisions, Event, HealthRow, Samples
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.night.writer import NightWriter
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, UNLABELLED, Spec

START_S = 1_795_469_400.0  # 2026-11-23 22:30 at UTC+1

Plan = Sequence[tuple[str, float]]  # name of the spec's posture, or "upright!" or "off!"; minutes


def decisions(plan: Plan, spec: Spec = SLEEP, start_s: float = START_S) -> Decisions:
    """Calm and certain decisions that follow the plan exactly; chest, at the nominal angles."""
    posture, state = [], []
    for name, minutes in plan:
        count = round(minutes * 60 / spec.hop_s)
        away = name.endswith("!")
        posture += [0 if away else spec.postures.index(name)] * count
        state += [name[:-1] if away else "worn"] * count
    count = len(posture)
    index = np.array(posture, np.int64)
    nominal = np.array([POSTURE_ANGLE_DEG.get(name, math.nan) for name in spec.postures])
    return Decisions(
        start_s=start_s + spec.hop_s * np.arange(count),
        posture=index,
        placement=np.full(count, min(1, len(spec.placements) - 1)),
        posture_confidence=np.full(count, 0.97),
        placement_confidence=np.full(count, 0.9),
        raw_posture=index.copy(),
        raw_placement=np.full(count, min(1, len(spec.placements) - 1)),
        torso_angle_deg=nominal[index] if spec.has_body_axes else np.full(count, math.nan),
        state=np.array(state, dtype="U7"),
        movement_g=np.full(count, 0.01),
        truth=np.full(count, UNLABELLED),
    )


def realistic(seed: int = 0, hours: float = 8.0) -> Decisions:
    """A night as people sleep: in-between angles, jerks, two risings, the sensor off once."""
    rng = np.random.default_rng(seed)
    names = list(SLEEP.postures)
    liked = [
        "supine",
        "supine-right",
        "right",
        "right-supine",
        "right-prone",
        "left",
        "left-supine",
        "supine-left",
        "prone",
    ]
    plan: list[tuple[str, float]] = [("upright!", 4.0)]
    while sum(minutes for _, minutes in plan) < 60 * hours:
        plan.append((str(rng.choice(liked)), float(rng.gamma(1.6, 13.0)) + 1.5))
        if len(plan) in (9, 17):
            plan.append(("upright!", 6.0))
        if len(plan) == 14:
            plan.append(("off!", 11.0))
    night = decisions(plan)
    night = selected(night, np.arange(round(hours * 3600 / SLEEP.hop_s)))
    count = len(night)
    bout = np.cumsum(np.diff(night.posture, prepend=night.posture[0]) != 0)
    lean = rng.normal(0, 7, bout.max() + 1)[bout]
    restless = np.convolve(rng.random(count) < 0.0007, np.ones(4), "same") * rng.normal(
        0, 25, count
    )
    angle = (night.torso_angle_deg + lean + rng.normal(0, 0.6, count) + restless) % 360
    wrong = rng.random(count) < 0.04
    raw = np.where(wrong, rng.integers(0, len(names), count), night.posture)
    truth = np.where(night.state == "worn", night.posture, UNLABELLED)
    late = np.roll(truth, 3)
    confidence = np.clip(rng.beta(14, 1.2, count) - 0.4 * (late != truth), 0.2, 1.0)
    return replace(
        night,
        torso_angle_deg=angle,
        posture=np.where(late == UNLABELLED, night.posture, late),
        raw_posture=raw,
        truth=truth,
        posture_confidence=confidence,
        placement=np.where(rng.random(count) < 0.07, 2, 1),
    )


def write_night(
    path: Path,
    night: Decisions,
    spec: Spec = SLEEP,
    *,
    source: str = "left by hand",
    subject: str = "A.",
    clock: Clock = "utc",
    events: Sequence[Event] = (),
    closed: bool = True,
    offsets: UtcOffsets = UtcOffsets((0.0,), (3600,)),  # noqa: B008  (frozen)
    alarms: Sequence[Alarm] = (),
    faults: dict[str, int] | None = None,
    doubts: tuple[Doubt, ...] = (),
) -> Path:
    """A real night file, through the device's own writer."""
    start_s = float(night.start_s[0]) if len(night) else START_S
    meta = NightMeta(
        spec,
        "sleep-small",
        "5f" * 32,
        source,
        subject,
        start_s,
        offsets,
        clock,
        doubts=doubts,
    )
    with suppress(KeyboardInterrupt), NightWriter.create(path, meta) as writer:
        writer.add_samples(Samples(start_s, 50.0, np.tile(np.float32([0, 0, 1]), (500, 1))))
        writer.add_decisions(night)
        for event in events:
            writer.add_event(event)
        for alarm in alarms:
            writer.add_alarm(alarm)
        if len(night):
            for at_s in np.arange(0, spec.hop_s * len(night), 1800).tolist():
                rate_hz = spec.rate_hz * (1 - 0.004 * math.sin(at_s / 9000))
                samples = round(1800 * rate_hz)
                writer.flush(HealthRow(start_s + at_s, samples, rate_hz, 0, 0, 0, faults or {}))
        if not closed:
            raise KeyboardInterrupt
    return path

"""A recording session on a simulated bus, whose wearer changes what the chip measures by step."""

import ctypes
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from edgekit.calibration import Calibration
from edgekit.device.record.attempt import Attempt
from edgekit.device.record.protocol import Protocol, Step
from edgekit.device.record.session import RecordedStep, record_steps
from edgekit.device.record.session_files import SessionFiles, SessionKey, finished_steps
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.recording import Recording, load_recording
from tests.helpers.numbered_samples import source_on
from tests.helpers.simulated_bus import SimulatedBus

Pose = Callable[[int, Step], np.ndarray]  # (number, step) -> (n, 3) in g
HOLD = 20_000  # samples that a pose is held


def upright_then_over(number: int, _: Step) -> np.ndarray:
    """Turn by 40 degrees with each step, and never be quite still."""
    angle = np.radians(40 * number)
    noise = np.random.default_rng(number).normal(0, 0.01, (HOLD, 3))
    return np.array([np.sin(angle), np.cos(angle), 0.0]) + noise


def held(x_g: float, y_g: float, z_g: float) -> np.ndarray:
    """Hold still, with a sensor's noise: one that repeats a sample for a second is stuck."""
    return np.array([x_g, y_g, z_g]) + np.random.default_rng(0).normal(0, 0.01, (HOLD, 3))


@dataclass
class Wearer:
    """Takes the pose of a step when it is asked for it; keeps what the session tells."""

    bus: SimulatedBus
    pose: Pose
    on_time_do: Callable[[Attempt], None] = lambda attempt: None
    begun: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    recorded: list[RecordedStep] = field(default_factory=list)

    def on_step(self, number: int, step: Step, *, is_repeated: bool) -> None:
        self.bus.sensor.set_counts(np.rint(256 * self.pose(number, step)))
        (self.repeated if is_repeated else self.begun).append(number)

    def on_time(self, attempt: Attempt) -> None:
        self.on_time_do(attempt)

    def on_event(self, text: str) -> None:
        self.events.append(text)

    def on_recorded(self, recorded: RecordedStep) -> None:
        self.recorded.append(recorded)


def bus_at_rest(ppm: float = 0.0) -> SimulatedBus:
    sensor = SimulatedSensor()
    sensor.do("set_clock", ctypes.c_double(ppm))  # type: ignore[arg-type]
    sensor.set_counts(np.tile(np.array([[0, 256, 0]]), (HOLD, 1)))
    return SimulatedBus(sensor)


@dataclass(frozen=True)
class Session:
    steps: list[RecordedStep]
    recordings: list[Recording]  # of the folder
    wearer: Wearer


def session(
    folder: Path,
    protocol: Protocol,
    pose: Pose = upright_then_over,
    *,
    subject: str = "ann",
    bus: SimulatedBus | None = None,
    source: SensorSource | None = None,
    on_time: Callable[[SimulatedBus, Attempt, threading.Event], None] = lambda *_: None,
    calibration: Calibration | None = None,
) -> Session:
    """Record a protocol, or the rest of one, into a folder."""
    key = SessionKey(folder, subject, protocol)
    finished = finished_steps(key)
    bus = bus or bus_at_rest()
    stopping = threading.Event()
    wearer = Wearer(bus, pose, lambda attempt: on_time(bus, attempt, stopping))
    files = SessionFiles(key, finished, "a simulated sensor", "utc")
    try:
        steps = record_steps(
            source or source_on(bus), protocol, finished, files, [wearer], stopping, calibration
        )
    finally:
        files.close()
    return Session(steps, recordings_in(folder), wearer)


def recordings_in(folder: Path) -> list[Recording]:
    return [load_recording(path) for path in sorted(folder.glob("*.npz"))]


def protocol_of(*steps: Step, domain: str = "", name: str = "mine") -> Protocol:
    return Protocol(name, steps, domain).worn_at("chest")


def steps_of(labels: Sequence[str], seconds: float = 5.0, settle_s: float = 2.0) -> list[Step]:
    return [Step(f"Be {label}.", label, seconds, settle_s) for label in labels]

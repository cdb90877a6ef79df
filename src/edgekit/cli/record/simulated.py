"""A simulated person who follows a protocol, wearing the simulated ADXL345 on a simulated bus."""

import ctypes
import hashlib
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.device.record.attempt import Attempt
from edgekit.device.record.protocol import Protocol, Step
from edgekit.device.record.session import RecordedStep
from edgekit.device.sources.clock import Now
from edgekit.device.sources.i2c_bus import BusFault
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import DEFAULT_ADDRESS, open_sensor
from edgekit.errors import UsageError
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.spec import ADXL345_COUNTS_PER_G, POSTURE_ANGLE_DEG, SLEEP
from edgekit.speed import checked_speed
from edgekit.train.datasets.synthetic import still
from edgekit.train.datasets.synthetic.motion import eased, stir_g, walking_g

# The stomach's angle and the head's rise (train/datasets/synthetic/geometry.py), in degrees.
LYING_DEG = {name: (angle, 0.0) for name, angle in POSTURE_ANGLE_DEG.items()}
POSE_DEG = {
    **LYING_DEG,
    "lying": (90.0, 0.0),
    "sitting": (90.0, 68.0),
    "standing": (90.0, 86.0),
    "walking": (90.0, 84.0),
}
TURN_S = 3.0  # from one pose to the next, in the time to settle
SPARE_S = 60.0  # that a pose is held on, while a step takes longer than planned
CLOCK_PPM = 5_000.0  # that a simulated sensor's oscillator is off at most
FAULTS = {1: "nack", 2: "io", 3: "timeout"}  # edgekit_error_t


class SimulatedBus:
    """A bus of its own time, `speed` times real time, with the chip's C model on it."""

    name = "0x53 on a simulated bus"
    reading_method = "simulated"
    address = DEFAULT_ADDRESS

    def __init__(self, chip: SimulatedSensor, speed: float) -> None:
        self._chip, self._speed = chip, speed
        self._time_us = 100_000
        self._began_s, self._begin_utc_s = time.monotonic(), time.time()
        chip.advance(self._time_us)

    def now(self) -> Now:
        at_s = self._time_us / 1e6
        return Now(at_s, at_s, self._begin_utc_s + at_s)

    def sleep(self, seconds: float) -> None:
        """Let time pass: real time too, by the speed."""
        self._pass(seconds)
        early_s = self._began_s + self._time_us / 1e6 / self._speed - time.monotonic()
        if early_s > 0:
            time.sleep(early_s)

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        return b"".join(self._transfer(bytes([register]), count) for _ in range(times))

    def write(self, register: int, value: int) -> None:
        self._transfer(bytes([register, value]), 0)

    def reopen(self) -> None:
        self._chip.clock_out(9)

    def _pass(self, seconds: float) -> None:
        self._time_us += round(seconds * 1e6)
        self._chip.advance(self._time_us)

    def _transfer(self, out: bytes, count: int) -> bytes:
        error, answer = self._chip.transfer(self.address, out, count)
        self._pass(self._chip.transfer_us(len(out), count) / 1e6)
        if error:
            raise BusFault(FAULTS.get(error, "io"))
        return answer


@dataclass
class SimulatedWearer:
    """Follows the prompts: a view of the session, like the terminal."""

    chip: SimulatedSensor
    seed: int
    _from_g: NDArray[np.float64] | None = None  # (3,): where the pose before was

    def on_step(self, number: int, step: Step, *, is_repeated: bool) -> None:
        """Turn to the step's pose and hold it."""
        pose_g = self._pose_g(step, number)  # (n, 3)
        goal_g = pose_g.mean(axis=0)
        if self._from_g is not None:
            rng = np.random.default_rng((self.seed, number))
            turn = min(len(pose_g), round(min(TURN_S, step.settle_s) * SLEEP.rate_hz))
            if turn:
                share = eased(turn)[:, None]
                pose_g[:turn] = self._from_g + share * (pose_g[:turn] - self._from_g)
                pose_g[:turn] += stir_g(rng, turn, 0.08)
        self._from_g = goal_g
        self.chip.set_counts(np.rint(pose_g * ADXL345_COUNTS_PER_G))

    def on_time(self, attempt: Attempt) -> None: ...

    def on_event(self, text: str) -> None: ...

    def on_recorded(self, recorded: RecordedStep) -> None: ...

    def _pose_g(self, step: Step, number: int) -> NDArray[np.float64]:
        seconds = step.settle_s + step.seconds + SPARE_S
        torso_deg, head_up_deg = POSE_DEG[step.label]
        person = self.seed % 1_000
        held = still(self.seed, person, step.placement, torso_deg, head_up_deg, seconds)
        pose_g = held.xyz_g.astype(np.float64)
        if step.label == "walking":
            pose_g += 2 * walking_g(np.random.default_rng((self.seed, number)), len(pose_g))
        return pose_g


def check_simulation(protocol: Protocol, rate_hz: float) -> None:
    """Refuse what the simulated person cannot do. Raises UsageError."""
    if rate_hz != SLEEP.rate_hz:
        raise UsageError(f"the simulated person is measured at {SLEEP.rate_hz:g} Hz: leave --rate")
    for step in protocol.steps:
        if step.label not in POSE_DEG:
            raise UsageError(
                f"the simulated person knows no {step.label!r}. They do {', '.join(POSE_DEG)}"
            )
        if step.placement not in SLEEP.placements:
            raise UsageError(
                f"the simulated person wears a sensor at {', '.join(SLEEP.placements)}, not at "
                f"{step.placement!r}"
            )


def simulated(subject: str, speed: float) -> tuple[SensorSource, SimulatedWearer]:
    """Return the source of a simulated sensor, and its wearer, who is another for each subject.

    Raises UsageError for too low a speed.
    """
    checked_speed(speed, "a simulation")
    seed = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:4])
    chip = SimulatedSensor(seed)
    clock_ppm = np.random.default_rng(seed).uniform(-CLOCK_PPM, CLOCK_PPM)
    chip.do("set_clock", ctypes.c_double(clock_ppm))  # type: ignore[arg-type]
    chip.set_counts(np.tile(np.array([[0, ADXL345_COUNTS_PER_G, 0]]), (3_000, 1)))  # standing
    bus = SimulatedBus(chip, speed)
    sensor = open_sensor(bus, SLEEP.rate_hz, lambda: bus.now().boottime_s, bus.sleep)
    source = SensorSource(sensor, subject, read_now=bus.now, sleep=bus.sleep)
    return source, SimulatedWearer(chip, seed)

"""A chip that is no ADXL345 records a night: nothing above its driver knows which chip it is."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.doctor.sensor import check_sensor
from edgekit.device.monitor.monitor import record_night
from edgekit.device.sources import sensors
from edgekit.device.sources.clock import Now
from edgekit.device.sources.i2c_bus import Bus, BusFault
from edgekit.device.sources.sensor import (
    Drained,
    NowS,
    Part,
    SelfTestResult,
    Sensor,
    SensorKind,
    Sleep,
)
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.errors import UsageError
from edgekit.night.reader import open_night
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP
from tests.helpers.gravity import gravity_at

COUNTS_PER_G, RATE_HZ, FIFO = 8192, 52, 64
WHO_AM_I, NAME = 0x0F, 0x6A


@dataclass
class World:
    """Time, and a bus with one register on it."""

    time_s: float = 10.0
    name: str = "0x6a on a test"
    address: int = 0x6A
    reading_method: str = "at once"

    def now_s(self) -> float:
        return self.time_s

    def now(self) -> Now:
        return Now(self.time_s, self.time_s, self.time_s + 1e9)

    def sleep(self, seconds: float) -> None:
        self.time_s += seconds

    def read(self, register: int, count: int, times: int = 1) -> bytes:
        if register != WHO_AM_I:
            raise BusFault("nack")
        return bytes([NAME] * count * times)

    def write(self, register: int, value: int) -> None: ...
    def reopen(self) -> None: ...


@dataclass
class TinyChip:
    """Lies on the left side, its noise a few counts; at 20 s its FIFO overruns once."""

    world: World
    now_s: NowS
    sleep: Sleep
    name: str = "TINY 0x6a"
    counts_per_g: int = COUNTS_PER_G
    rate_hz: int = RATE_HZ
    watermark: int = 26
    faults: Counter[str] = field(default_factory=Counter)
    running: bool = False
    left: int = 0
    pause_s: float = 0.5
    _taken: int = 0

    def set_up(self) -> None:
        self.running, self._began_s, self._taken = True, self.now_s(), 0

    def drain(self) -> Drained:
        due = int((self.now_s() - self._began_s) * RATE_HZ)
        count, gap = due - self._taken, ""
        if count > FIFO:
            self.faults["overrun"] += 1
            count, gap = FIFO, "overrun"
        self._taken = due
        part = Part(counts_at(due - count, count), gap)
        return Drained((part,) if count else (), 0, self.now_s())

    def stand_by(self) -> None:
        self.running = False


def counts_at(first: int, count: int) -> np.ndarray:
    noise = np.stack(
        [(np.arange(first, first + count) * step) % 97 - 48 for step in (7, 31, 53)], 1
    )
    gravity = np.array(gravity_at(POSTURE_ANGLE_DEG["left"])) * COUNTS_PER_G
    return (np.rint(gravity) + 3 * noise).astype(np.int16)


def identify(bus: Bus) -> str:
    read = bus.read(WHO_AM_I, 1)[0]
    return "" if read == NAME else f"0x{read:02x}"


def self_test(bus: Bus, now_s: NowS, sleep: Sleep) -> SelfTestResult:
    return SelfTestResult(np.array([0.4] * 3), np.array([0.1] * 3), np.array([0.9] * 3))


def opened(bus: Bus, rate_hz: float, now_s: NowS, sleep: Sleep) -> Sensor:
    return TinyChip(bus, now_s, sleep)  # type: ignore[arg-type]


TINY = SensorKind("TINY", (0x6A, 0x6B), opened, identify, self_test, 0.03)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """With an entry for the tiny chip among the sensors: all that a second chip needs."""
    monkeypatch.setattr(sensors, "KINDS", (*sensors.KINDS, TINY))
    return World()


@dataclass
class Minutes:
    """A source that ends after so many seconds, as a recording does."""

    source: SensorSource
    world: World
    seconds: float

    @property
    def about(self):  # type: ignore[no-untyped-def]
        return self.source.about

    def chunks(self):  # type: ignore[no-untyped-def]
        for chunk in self.source.chunks():
            yield chunk
            if 30 < self.world.time_s < 31:
                self.world.sleep(3.0)  # the computer was busy: the FIFO overruns
            if self.world.time_s > self.seconds:
                return


def test_its_counts_reach_the_night_by_its_own_counts_per_g(
    world: World, bundle, tmp_path: Path
) -> None:
    sensor = sensors.open_sensor(world, SLEEP.rate_hz, world.now_s, world.sleep)
    source = SensorSource(sensor, read_now=world.now, sleep=world.sleep)
    assert source.about.counts_per_g == COUNTS_PER_G
    answer = BundleAnswer(bundle, source.about.exact_rate)
    summary = record_night(Minutes(source, world, 100.0), answer, tmp_path / "a.night")
    assert summary.gaps == 1
    with open_night(tmp_path / "a.night") as night:
        samples, events = list(night.samples()), [event.kind for event in night.events()]
        decisions, counts_per_g = night.decisions(), night.meta.counts_per_g
    assert counts_per_g == COUNTS_PER_G
    xyz_g = np.concatenate([part.xyz_g for part in samples])
    assert_array_equal(xyz_g[:500] * COUNTS_PER_G, counts_at(0, 500))
    assert all(part.rate_hz == pytest.approx(RATE_HZ, rel=0.02) for part in samples)
    assert {"start", "sensor gap", "gap", "stop"} <= set(events)
    assert {SLEEP.postures[k] for k in decisions.raw_posture} == {"left"}
    assert len(decisions) > 60


def test_its_address_is_accepted_and_the_usual_one_stays(world: World) -> None:
    assert sensors.parse_address("0x6b") == 0x6B
    assert sensors.parse_address("0x53") == 0x53 == sensors.DEFAULT_ADDRESS
    with pytest.raises(UsageError, match=r"0x53 or 0x1d \(ADXL345\), 0x6a or 0x6b \(TINY\)"):
        sensors.parse_address("0x20")


def test_the_doctor_finds_tests_and_hears_it(world: World) -> None:
    findings = check_sensor(lambda address: world, world.sleep, world.now_s)
    assert {finding.what: finding.is_ok for finding in findings} == {
        "sensor": True, "self-test": True, "rate": True, "noise": True, "reading": True
    }  # fmt: skip
    assert "TINY" in findings[0].saw and "set to 52" in findings[2].saw

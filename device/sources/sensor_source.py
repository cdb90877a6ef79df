"""SensorSource: a sensor on this computer's bus, as a Source."""

import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from edgekit.doubt import Doubt
from edgekit.night.events import EventKind

from .clock import HostClock, Now, ReadNow, SensorClock
from .gpio_line import Line
from .i2c_bus import BusFault
from .pace import Pace
from .sensor import Sensor, Sleep
from .source import About, Chunk

MOST_FAILED = 10  # drains in a row, before the sensor counts as lost though it answers
RETRY_S = 1.0  # while the sensor does not answer
NOTHING = np.empty((0, 3), np.float32)


class SensorSource:
    """Wait, drain the sensor, date its samples.

    A sensor that falls silent is tried again every second, without end, because a loose wire must
    not end a night.
    """

    def __init__(
        self, sensor: Sensor, subject: str = "me", line: Line | None = None,
        read_now: ReadNow = Now.read, sleep: Sleep = time.sleep, doubts: tuple[Doubt, ...] = (),
    ) -> None:  # fmt: skip
        """`line`: the sensor's interrupt; without it the sensor is polled.

        `doubts`: known before the first sample.
        """
        self._sensor, self._read_now, self._sleep = sensor, read_now, sleep
        self._pace = Pace(sensor.rate_hz, sensor.watermark, sleep, line)
        self.about = About(
            sensor.name, subject, "utc", live=True, exact_rate=True,
            counts_per_g=sensor.counts_per_g, doubts=doubts,
        )  # fmt: skip
        self._clock = SensorClock(sensor.rate_hz)
        self._count = 0  # samples in the chunks so far
        self._reported: Counter[str] = Counter()  # faults in the chunks so far
        self._episode = ""  # the fault that goes on
        self._failed = 0  # drains in a row

    @property
    def _is_lost(self) -> bool:
        """Whether the sensor does not answer, or answers and has no samples."""
        return not self._sensor.running or self._failed >= MOST_FAILED

    @property
    def measured_hz(self) -> float:
        return self._clock.measured_hz

    def chunks(self) -> Iterator[Chunk]:
        """Yield chunks without end. Raises EdgekitError when another chip answers at the start."""
        host = HostClock(self._read_now())
        try:
            self._sensor.set_up()
        except BusFault as fault:
            self._sensor.faults[fault.kind] += 1
        while True:
            if self._count == 0:
                host = HostClock(self._read_now())  # a clock set before the night moves nothing
            waits = True
            for chunk in self._drain(host):
                yield chunk
                waits = not len(chunk)
            if not waits:  # a night ends, when it is asked to, at a chunk without samples
                yield Chunk(NOTHING, chunk.end_s, chunk.rate_hz)
            if self._is_lost:
                self._sleep(RETRY_S)
            else:
                self._pace.rest(self._sensor.left, self._sensor.pause_s)

    def _drain(self, host: HostClock) -> list[Chunk]:
        """Drain the sensor once; return its samples as chunks, else one without samples."""
        drained = self._sensor.drain()
        now = self._read_now()
        has_failed = self._sensor.faults != self._reported and not drained.parts
        self._failed = self._failed + 1 if has_failed else 0
        step_s, events = host.step_s(now), self._events(host, now)
        faults = tuple((self._sensor.faults - self._reported).items())
        self._reported = self._sensor.faults.copy()
        chunks = []
        waiting = drained.left + sum(len(part.counts) for part in drained.parts)
        if not has_failed and (detail := self._pace.judge(waiting)):
            events += ((EventKind.INTERRUPT_LOST, detail),)
        for part in drained.parts:
            if part.gap or self._count == 0:
                # The newest sample was measured half a period ago on average.
                first_s = drained.at_s - (waiting - 0.5) / self._clock.measured_hz
                missing_s = self._clock.begin(self._count, first_s)
                if missing_s:
                    lost = round(missing_s * self._clock.measured_hz)
                    detail = f"{part.gap}: about {lost} samples are missing"
                    events += ((EventKind.SENSOR_GAP, detail),)
            start_s = host.utc_s(self._clock.time_s(self._count))
            xyz_g = part.counts.astype(np.float32) / np.float32(self._sensor.counts_per_g)
            chunks.append(
                Chunk(xyz_g, start_s, self._clock.rate_hz,
                      events=events, faults=faults, clock_step_s=step_s)
            )  # fmt: skip
            events, faults, step_s = (), (), 0.0
            self._count += len(part.counts)
            waiting -= len(part.counts)
        if drained.parts:
            newest_s = drained.at_s - (drained.left + 0.5) / self._clock.measured_hz
            self._clock.note(self._count - 1, newest_s)
        else:
            chunks.append(
                Chunk(NOTHING, host.utc_s(now.boottime_s), self._clock.rate_hz,
                      events=events, faults=faults, clock_step_s=step_s)
            )  # fmt: skip
        return chunks

    def _events(self, host: HostClock, now: Now) -> tuple[tuple[EventKind, str], ...]:
        """Return the events of faults that began or ended; one that goes on is not repeated."""
        events: list[tuple[EventKind, str]] = []
        if slept_s := host.suspended_s(now):
            events.append((EventKind.SUSPENDED, f"this computer slept for {slept_s:.1f} s"))
        if self._is_lost and not self._episode:
            self._episode = ", ".join((self._sensor.faults - self._reported) or ["fault"])
            events.append((EventKind.SENSOR_LOST, f"{self._episode}: tried again every second"))
        elif not self._is_lost and self._episode:
            self._episode = ""
            events.append((EventKind.SENSOR_BACK, "it answers again and was set up anew"))
        return tuple(events)

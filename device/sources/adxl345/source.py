"""SensorSource: an ADXL345 on this computer, as a Source."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from edgekit.night.events import EventKind

from ..clock import HostClock, Now, ReadNow, SensorClock
from ..source import About, Chunk
from .bus import Bus, BusFault
from .chip import Chip, Drained
from .line import Line
from .pace import Pace
from .registers import COUNTS_PER_G, nearest_rate_hz

MOST_FAILED = 10  # drains in a row, before the sensor counts as lost though it answers
RETRY_S = 1.0  # while the sensor does not answer
NOTHING = np.empty((0, 3), np.float32)

Sleep = Callable[[float], None]


class SensorSource:
    """Rests, drains, dates. A sensor that falls silent is asked every second, for ever: a loose
    wire ends no night.
    """

    def __init__(
        self, bus: Bus, rate_hz: float, subject: str = "me", line: Line | None = None,
        read_now: ReadNow = Now.read, sleep: Sleep = time.sleep,
    ) -> None:  # fmt: skip
        """`rate_hz`: a model's; the chip runs at the nearest of 25, 50 and 100 Hz. `line`: its
        INT1, where that is wired; it is polled without.
        """
        self._nominal_hz = nearest_rate_hz(rate_hz)
        self._read_now, self._sleep = read_now, sleep
        self._pace = Pace(self._nominal_hz, sleep, line)
        self._chip = Chip(bus, self._nominal_hz, lambda: read_now().boottime_s, sleep)
        self.about = About(bus.name, subject, "utc", live=True, exact_rate=True)
        self._clock = SensorClock(self._nominal_hz)
        self._count = 0  # of samples given
        self._told: Counter[str] = Counter()
        self._episode = ""  # the fault that goes on
        self._failed = 0  # drains in a row

    @property
    def _is_lost(self) -> bool:
        """It does not answer, or it does and gives nothing."""
        return not self._chip.running or self._failed >= MOST_FAILED

    @property
    def measured_hz(self) -> float:
        return self._clock.measured_hz

    def chunks(self) -> Iterator[Chunk]:
        """Never ends. Raises EdgekitError when what answers at the start is no ADXL345."""
        host = HostClock(self._read_now())
        try:
            self._chip.set_up()
        except BusFault as fault:
            self._chip.faults[fault.kind] += 1
        while True:
            if self._count == 0:
                host = HostClock(self._read_now())  # a clock set before the night moves nothing
            waits = True
            for chunk in self._turn(host):
                yield chunk
                waits = not len(chunk)
            if not waits:  # a night that was asked to end does so when its source waits
                yield Chunk(NOTHING, chunk.end_s, chunk.rate_hz)
            if self._is_lost:
                self._sleep(RETRY_S)
            else:
                self._pace.rest(self._chip.left, self._chip.pause_s)

    def _turn(self, host: HostClock) -> list[Chunk]:
        drained = self._chip.drain()
        now = self._read_now()
        has_failed = self._chip.faults != self._told and not drained.parts
        self._failed = self._failed + 1 if has_failed else 0
        step_s, events = host.step_s(now), self._events(host, now)
        faults = tuple((self._chip.faults - self._told).items())
        self._told = self._chip.faults.copy()
        chunks = []
        waiting = drained.left + sum(len(part.counts) for part in drained.parts)
        if not has_failed and (detail := self._pace.judge(waiting)):
            events += ((EventKind.INTERRUPT_LOST, detail),)
        for part in drained.parts:
            if part.gap or self._count == 0:
                # The newest came half a period ago, give or take half.
                first_s = drained.at_s - (waiting - 0.5) / self._clock.measured_hz
                missing_s = self._clock.begin(self._count, first_s)
                if missing_s:
                    lost = round(missing_s * self._clock.measured_hz)
                    detail = f"{part.gap}: about {lost} samples are missing"
                    events += ((EventKind.SENSOR_GAP, detail),)
            start_s = host.utc_s(self._clock.time_s(self._count))
            xyz_g = part.counts.astype(np.float32) / np.float32(COUNTS_PER_G)
            chunks.append(
                Chunk(xyz_g, start_s, self._clock.rate_hz,
                      events=events, faults=faults, clock_step_s=step_s)
            )  # fmt: skip
            events, faults, step_s = (), (), 0.0
            self._count += len(part.counts)
            waiting -= len(part.counts)
        if drained.parts:
            self._note(drained)
        else:
            chunks.append(
                Chunk(NOTHING, host.utc_s(now.boottime_s), self._clock.rate_hz,
                      events=events, faults=faults, clock_step_s=step_s)
            )  # fmt: skip
        return chunks

    def _note(self, drained: Drained) -> None:
        newest_s = drained.at_s - (drained.left + 0.5) / self._clock.measured_hz
        self._clock.note(self._count - 1, newest_s)

    def _events(self, host: HostClock, now: Now) -> tuple[tuple[EventKind, str], ...]:
        """What began or ended; a fault that goes on was told."""
        events: list[tuple[EventKind, str]] = []
        if slept_s := host.suspended_s(now):
            events.append((EventKind.SUSPENDED, f"this computer slept for {slept_s:.1f} s"))
        if self._is_lost and not self._episode:
            self._episode = ", ".join((self._chip.faults - self._told) or ["fault"])
            events.append((EventKind.SENSOR_LOST, f"{self._episode}: tried again every second"))
        elif not self._is_lost and self._episode:
            self._episode = ""
            events.append((EventKind.SENSOR_BACK, "it answers again and was set up anew"))
        return tuple(events)

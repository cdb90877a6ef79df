"""Measure a wearable over its line: its own checks, its samples, its clock; judge nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError

from ..sources.wearable.greeting import Greeting
from ..sources.wearable.link import Link
from ..sources.wearable.records import (
    CHECKS,
    Boot,
    Check,
    CheckBoard,
    DeviceEvent,
    DeviceHealth,
    DeviceSamples,
    Greet,
    Record,
    SelfTest,
    Stream,
)
from ..sources.wearable.serial_line import LineDroppedError

LEAST_S, MOST_S = 1.0, 600.0  # of listening; the clock's 31 bits of microseconds last 2,147 s
ON_DEVICE = ("sensor", "bus", "flash", "line", "stack", "reset")  # asked before it listens
PACKET_BYTES = 64  # of USB at full speed
TRIES, TRY_S = 3, 1.5  # the slowest check, of a bus that times out, takes 1.3 s
SELF_TEST_S = 6.0  # on a bus that times out
EXCHANGES = 8  # of the clock's value, of which the quickest counts
QUIET_S = 0.3
SETTLE_S = 0.8  # longer than between two drains: a gap of the checks is reported by then
WATCHDOG_S, HANG_S = 20.0, 9.0  # it resets after 8 s; no byte is sent before
REOPEN_S = 0.25
CLOCK_BITS = 31

NowS = Callable[[], float]


@dataclass(frozen=True)
class ClockReading:
    """The wearable's clock, in us modulo 2^31, at this computer's `at_s`, give or take."""

    at_s: float
    within_s: float
    device_us: int


@dataclass
class Measured:
    """What the wearable said; None is what it did not say."""

    greeting: Greeting
    seconds: float
    checks: dict[str, Check] = field(default_factory=dict)  # by their names in CHECKS
    self_test: DeviceEvent | None = None
    health: list[DeviceHealth] = field(default_factory=list)
    samples: list[DeviceSamples] = field(default_factory=list)
    events: list[DeviceEvent] = field(default_factory=list)  # while it listened
    clock: tuple[ClockReading, ClockReading] | None = None
    lost_frames: int = 0  # while it listened, damaged ones among them
    watchdog_s: float | None = None  # from the hang to the next word, where it was tried

    @property
    def counts(self) -> NDArray[np.int16]:
        """The samples (n, 3) in counts."""
        return np.concatenate([np.empty((0, 3), np.int16), *(each.counts for each in self.samples)])

    @property
    def rate_hz(self) -> float | None:
        """Samples a second by the wearable's clock; None of fewer than two records."""
        if len(self.samples) < 2:
            return None
        first, last = self.samples[0], self.samples[-1]
        count = last.first_sample + len(last.counts) - first.first_sample - len(first.counts)
        return 1e6 * count / max(1, last.time_us - first.time_us)

    @property
    def drift_ppm(self) -> tuple[float, float] | None:
        """How much faster the wearable's clock is than this computer's, and its uncertainty."""
        if self.clock is None:
            return None
        begin, end = self.clock
        host_s = end.at_s - begin.at_s
        device_s = ((end.device_us - begin.device_us) & ((1 << CLOCK_BITS) - 1)) / 1e6
        if host_s <= 0:
            return None
        within_s = begin.within_s + end.within_s
        return 1e6 * (device_s / host_s - 1), 1e6 * within_s / host_s


@dataclass
class Measuring:
    """A conversation with one wearable, by a clock that tests may replace."""

    link: Link
    greeting: Greeting
    now_s: NowS = time.monotonic

    def measure(self, seconds: float, progress: Callable[[str], None] = lambda _: None) -> Measured:
        """Run every check that asks nobody and restarts nothing.

        Raises UsageError for a time out of bounds, EdgekitError where the firmware has no
        self-test, LineDroppedError when the line does.
        """
        if not LEAST_S <= seconds <= MOST_S:
            raise UsageError(f"a self-test listens for {LEAST_S:g} to {MOST_S:g} s")
        found = Measured(self.greeting, seconds)
        self.link.send(Stream(0))
        begin = self._clock()
        for name in ON_DEVICE:
            progress(f"checking  {name}")
            if (check := self.ask(name)) is not None:
                found.checks[name] = check
        if not found.checks:
            raise EdgekitError(
                f"the wearable on {self.link.line.port} answers no self-test: its firmware is "
                "older than this edgekit; flash it again with: edgekit firmware flash"
            )
        progress(f"listening  for {seconds:g} s: let the board lie still")
        self._listen(found, seconds)
        progress("checking  the sensor's own self-test")
        found.self_test = self._self_test()
        end = self._clock()
        found.clock = None if begin is None or end is None else (begin, end)
        if (check := self.ask("window")) is not None:
            found.checks["window"] = check
        return found

    def ask(self, name: str) -> Check | None:
        """Return a check's answer; None where none comes.

        The line's check has one try: a second answer would push out a first that had got stuck.
        """
        kind, is_line = CHECKS.index(name), name == "line"
        for _ in range(1 if is_line else TRIES):
            self.link.send(CheckBoard(kind), PACKET_BYTES if is_line else 1)
            for record in self._records(TRY_S):
                if isinstance(record, Check) and record.kind == kind:
                    return record
        return None

    def watchdog(self) -> tuple[float, Check | None]:
        """Hang the wearable; return the seconds until it speaks again, and why it started then.

        The answer is its `watchdog` check where the watchdog did not reset it.
        """
        self.link.send(CheckBoard(CHECKS.index("watchdog")))
        began_s = self.now_s()
        while (since_s := self.now_s() - began_s) < WATCHDOG_S:
            try:
                for record in self.link.receive():
                    if isinstance(record, Check) and record.kind == CHECKS.index("watchdog"):
                        return since_s, record
                    if isinstance(record, Boot):
                        return since_s, self.ask("reset")
                if since_s > HANG_S and (check := self.ask("reset")) is not None:
                    return since_s, check
            except LineDroppedError:  # its USB restarts with it
                time.sleep(REOPEN_S)
                with suppress(LineDroppedError):
                    self.link.reopen()
        return since_s, None

    def _records(self, seconds: float) -> Iterator[Record]:
        until_s = self.now_s() + seconds
        while self.now_s() < until_s:
            yield from self.link.receive()

    def _clock(self) -> ClockReading | None:
        """Read the wearable's clock, as exactly as the quickest of some answers."""
        kind, best = CHECKS.index("clock"), None
        for _ in range(EXCHANGES):
            began_s = self.now_s()
            self.link.send(CheckBoard(kind))
            for record in self._records(TRY_S):
                if isinstance(record, Check) and record.kind == kind:
                    within_s = (self.now_s() - began_s) / 2
                    if best is None or within_s < best.within_s:
                        best = ClockReading(began_s + within_s, within_s, record.value)
                    break
            else:
                for _ in self._records(QUIET_S):  # a late answer must not count for the next
                    pass
        return best

    def _listen(self, found: Measured, seconds: float) -> None:
        link = self.link
        self._ask_health(found)
        for _ in self._records(SETTLE_S):
            pass
        missing = link.receiver.lost + link.receiver.refused
        link.send(Greet())
        for record in self._records(seconds):
            if isinstance(record, DeviceSamples):
                found.samples.append(record)
            elif isinstance(record, DeviceHealth):
                found.health.append(record)
            elif isinstance(record, DeviceEvent):
                found.events.append(record)
        found.lost_frames = link.receiver.lost + link.receiver.refused - missing
        self._ask_health(found)  # and wakes a receiver that sleeps: the next frame arrives
        link.send(Stream(0))
        for _ in self._records(SETTLE_S):
            pass

    def _ask_health(self, found: Measured) -> None:
        """Add the wearable's HEALTH of now."""
        for _ in range(TRIES):
            self.link.send(CheckBoard(CHECKS.index("health")))
            for record in self._records(TRY_S):
                if isinstance(record, DeviceHealth):
                    found.health.append(record)
                    return

    def _self_test(self) -> DeviceEvent | None:
        for _ in range(TRIES):
            self.link.send(SelfTest())
            for record in self._records(SELF_TEST_S):
                if isinstance(record, DeviceEvent) and record.detail == SelfTest.type:
                    return record
        return None

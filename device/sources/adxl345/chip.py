"""Chip: identified, set up, drained; every call ends within a bounded number of transfers."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from . import registers as reg
from .bus import MOST_READS, Bus, BusFault

TRIES = 4
FIRST_BACK_OFF_S = 0.00025  # doubled at each further try
SILENCE_S = 1.0  # without a single sample, from a chip that answers
SLOWEST = 0.95  # of the nominal rate: so many samples are surely there
VERIFY_S = 60.0


T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """Samples in a row."""

    counts: NDArray[np.int16]  # (n, 3), 256 a g
    gap: str = ""  # why samples are missing before them; "": none are


@dataclass(frozen=True)
class Drained:
    parts: tuple[Part, ...]
    left: int  # samples that still wait
    at_s: float  # when that was so


@dataclass
class Chip:
    bus: Bus
    rate_hz: int  # 25, 50 or 100
    now_s: Callable[[], float]
    sleep: Callable[[float], None]
    data_format: int = reg.FULL_RESOLUTION_16G  # or with reg.SELF_TEST
    faults: Counter[str] = field(default_factory=Counter)  # all so far, by kind
    running: bool = False
    _gap: str = ""  # why samples are missing before the next one
    _left: int = 0
    _at_s: float = 0.0  # of the last look at the FIFO
    _heard_s: float = 0.0
    _verified_s: float = 0.0
    _last: tuple[int, int, int] | None = None
    _repeats: int = 0

    @property
    def left(self) -> int:
        """Samples that waited at the last look."""
        return self._left

    @property
    def pause_s(self) -> float:
        """Until a drain is worth it; a period at the least, as a chip that holds samples and gives
        none is no hurry.
        """
        return max(1, reg.WATERMARK_SAMPLES - self._left) / self.rate_hz

    @property
    def _settings(self) -> tuple[tuple[int, int], ...]:
        return reg.settings(self.rate_hz, self.data_format)

    def set_up(self) -> None:
        """From whatever state to measuring. Raises BusFault; EdgekitError for another chip."""
        self.running = False
        devid = self._read(reg.DEVID, 1)[0]
        if devid != reg.DEVID_VALUE:
            raise EdgekitError(
                f"{self.bus.name}: DEVID reads 0x{devid:02x}, an ADXL345 answers 0xe5: "
                "see `edgekit doctor` for what is on the bus"
            )
        quiet = ((reg.POWER_CTL, reg.STANDBY), (reg.INT_ENABLE, 0), (reg.FIFO_CTL, reg.BYPASS))
        for register, value in (*quiet, *self._settings):
            self._try(lambda r=register, v=value: self.bus.write(r, v))  # type: ignore[misc]
            if self._read(register, 1)[0] != value:
                raise BusFault("register lost")
        if not self.holds():  # a brown-out between two writes leaves the earlier lost
            raise BusFault("register lost")
        self.running = True
        self._left, self._repeats, self._last = 0, 0, None
        self._at_s = self._heard_s = self._verified_s = self.now_s()

    def holds(self) -> bool:
        """Whether every register holds what was written. Raises BusFault."""
        return all(self._read(register, 1)[0] == value for register, value in self._settings)

    def stand_by(self) -> None:
        """It measures no more, unless the bus fails: this raises nothing."""
        self.running = False
        with suppress(BusFault):
            self._try(lambda: self.bus.write(reg.POWER_CTL, reg.STANDBY))

    def drain(self) -> Drained:
        """What waits; a fault is met and counted, and is a gap before the samples after it."""
        parts: list[Part] = []
        try:
            if not self.running:
                self.set_up()
            elif self.now_s() - self._verified_s > VERIFY_S:
                self._verified_s = self.now_s()
                if not self.holds():
                    raise BusFault("register lost")
            self._pop(parts)
        except BusFault as fault:
            self._meet(fault.kind)
        except EdgekitError:  # it was an ADXL345 when the night began
            self._meet("wrong device")
        return Drained(tuple(parts), self._left, self._at_s)

    def _pop(self, parts: list[Part]) -> None:
        """One transfer: as many as surely wait. A pop too many would give a sample twice, and no
        DATA_READY before it does not prove that: one may come between that byte and the data.
        """
        elapsed_s = self.now_s() - self._at_s
        sure = min(self._left + int(elapsed_s * self.rate_hz * SLOWEST) - 1, reg.FIFO_LEVELS)
        if sure <= 0:
            self._look()
            sure = self._left
        if sure <= 0:
            return
        # Not tried again: it may have popped samples that nobody received.
        times = min(sure, MOST_READS)
        raw = self.bus.read(reg.INT_SOURCE, reg.BURST_BYTES, times)
        self._at_s = self.now_s()
        xyz: list[tuple[int, int, int]] = []
        entries = 0
        try:
            for i in range(times):
                burst = reg.burst(raw[i * reg.BURST_BYTES : (i + 1) * reg.BURST_BYTES])
                if burst.is_cut:
                    raise BusFault("ones")
                if not burst.holds(self.data_format):
                    raise BusFault("register lost")
                if entries == 0 and not burst.int_source & reg.DATA_READY:
                    raise BusFault("silent")  # fewer came than its rate allows
                if burst.lost_before:
                    self.faults["overrun"] += 1
                    self._give(parts, xyz)
                    self._gap = "overrun"
                self._repeats = self._repeats + 1 if burst.xyz == self._last else 0
                self._last = burst.xyz
                if self._repeats + 1 >= self.rate_hz:  # a second; its noise would have moved it
                    raise BusFault("frozen")
                xyz.append(burst.xyz)
                self._left = entries = burst.entries
                self._heard_s = self._at_s
        finally:
            self._give(parts, xyz)

    def _give(self, parts: list[Part], xyz: list[tuple[int, int, int]]) -> None:
        if xyz:
            parts.append(Part(np.array(xyz, np.int16), self._gap))
            self._gap = ""
            xyz.clear()

    def _look(self) -> None:
        """How many wait, without a pop."""
        control, status = self._read(reg.FIFO_CTL, 2)
        self._at_s = self.now_s()
        if control != reg.STREAM_USED:
            raise BusFault("register lost")
        self._left = status & 0x3F
        if self._left == 0 and self._at_s - self._heard_s > SILENCE_S:
            raise BusFault("silent")

    def _meet(self, kind: str) -> None:
        """Count a fault; where the chip or what it holds is in doubt, set it up anew."""
        self.faults[kind] += 1
        self._gap = kind
        self._left, self._at_s = 0, self.now_s()
        try:
            if kind in ("nack", "busy") and self.running:
                self._look()  # it goes on, and only what was popped is lost
                return
            if kind in ("io", "timeout", "busy", "nack"):
                self.faults["bus reopened"] += 1
                self.bus.reopen()
            self.set_up()
            self.faults["set up anew"] += 1
        except (BusFault, EdgekitError) as again:
            self.running = False
            self._left = 0
            if isinstance(again, BusFault):
                self.faults[again.kind] += 1

    def _read(self, register: int, count: int) -> bytes:
        def once() -> bytes:
            raw = self.bus.read(register, count)
            if raw == b"\xff" * count:
                raise BusFault("ones")  # no answer that is asked for is that
            return raw

        return self._try(once)

    def _try(self, act: Callable[[], T]) -> T:
        for attempt in range(TRIES):
            try:
                return act()
            except BusFault as fault:
                if attempt + 1 == TRIES:
                    raise
                self.faults[fault.kind] += 1
                self.sleep(FIRST_BACK_OFF_S * 2**attempt)
        raise AssertionError

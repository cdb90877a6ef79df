"""Adxl345Driver: set up and drain the chip, each in a bounded number of transfers."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from edgekit.errors import EdgekitError

from ..i2c_bus import MOST_READS, Bus, BusFault
from ..sensor import Drained, NowS, Part, Sleep
from . import registers as reg

TRIES = 4
FIRST_BACK_OFF_S = 0.00025  # doubled at each further try
SILENCE_S = 1.0  # without a single sample, from a chip that answers
SLOWEST = 0.95  # of the nominal rate: at least so many samples have been measured
VERIFY_S = 60.0  # between two readings of all settings


T = TypeVar("T")


@dataclass
class Adxl345Driver:
    bus: Bus
    rate_hz: int  # 25, 50 or 100
    now_s: NowS
    sleep: Sleep
    data_format: int = reg.FULL_RESOLUTION_16G  # or with reg.SELF_TEST
    faults: Counter[str] = field(default_factory=Counter)  # all so far, by kind
    running: bool = False
    counts_per_g: int = reg.COUNTS_PER_G
    watermark: int = reg.WATERMARK_SAMPLES
    _gap: str = ""  # the fault that lost samples before the next one
    _left: int = 0
    _at_s: float = 0.0  # when the FIFO's level was read last
    _heard_s: float = 0.0  # when the last sample was read
    _verified_s: float = 0.0
    _last: tuple[int, int, int] | None = None
    _repeats: int = 0

    @property
    def name(self) -> str:
        return f"ADXL345 {self.bus.name}"

    @property
    def left(self) -> int:
        return self._left

    @property
    def pause_s(self) -> float:
        """Seconds until the FIFO reaches the watermark.

        At least one sample period, so that a chip that reports samples but delivers none is not
        polled in a busy loop.
        """
        return max(1, reg.WATERMARK_SAMPLES - self._left) / self.rate_hz

    @property
    def _settings(self) -> tuple[tuple[int, int], ...]:
        return reg.settings(self.rate_hz, self.data_format)

    def set_up(self) -> None:
        """Bring it from any state to measuring. Raises BusFault; EdgekitError for another chip."""
        self.running = False
        devid = self._read(reg.DEVID, 1)[0]
        if devid != reg.DEVID_VALUE:
            raise EdgekitError(
                f"{self.name}: DEVID reads 0x{devid:02x}, an ADXL345 answers 0xe5: "
                "see `edgekit doctor` for what is on the bus"
            )
        quiet = ((reg.POWER_CTL, reg.STANDBY), (reg.INT_ENABLE, 0), (reg.FIFO_CTL, reg.BYPASS))
        for register, value in (*quiet, *self._settings):
            self._with_retries(lambda r=register, v=value: self.bus.write(r, v))  # type: ignore[misc]
            if self._read(register, 1)[0] != value:
                raise BusFault("register lost")
        if not self.holds():  # a brown-out between two writes leaves the earlier lost
            raise BusFault("register lost")
        self.running = True
        self._left, self._repeats, self._last = 0, 0, None
        self._at_s = self._heard_s = self._verified_s = self.now_s()

    def holds(self) -> bool:
        """Return whether every register holds what was written. Raises BusFault."""
        return all(self._read(register, 1)[0] == value for register, value in self._settings)

    def stand_by(self) -> None:
        """Stop measuring, unless the bus fails: raises nothing."""
        self.running = False
        with suppress(BusFault):
            self._with_retries(lambda: self.bus.write(reg.POWER_CTL, reg.STANDBY))

    def drain(self) -> Drained:
        """Read all waiting samples; a fault is counted, and a gap before the next sample."""
        parts: list[Part] = []
        try:
            if not self.running:
                self.set_up()
            elif self.now_s() - self._verified_s > VERIFY_S:
                self._verified_s = self.now_s()
                if not self.holds():
                    raise BusFault("register lost")
            self._read_samples(parts)
        except BusFault as fault:
            self._recover(fault.kind)
        except EdgekitError:  # it was an ADXL345 when the night began
            self._recover("wrong device")
        return Drained(tuple(parts), self._left, self._at_s)

    def _read_samples(self, parts: list[Part]) -> None:
        """Append to `parts`, in one transfer, as many samples as certainly wait.

        Reading one too many would repeat a sample, and DATA_READY cannot prevent that: a sample
        may arrive between that byte and the data.
        """
        elapsed_s = self.now_s() - self._at_s
        waiting = min(self._left + int(elapsed_s * self.rate_hz * SLOWEST) - 1, reg.FIFO_LEVELS)
        if waiting <= 0:
            self._read_level()
            waiting = self._left
        if waiting <= 0:
            return
        # Not tried again: it may have popped samples that nobody received.
        times = min(waiting, MOST_READS)
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
                    self._emit(parts, xyz)
                    self._gap = "overrun"
                self._repeats = self._repeats + 1 if burst.xyz == self._last else 0
                self._last = burst.xyz
                if self._repeats + 1 >= self.rate_hz:  # a second; its noise would have moved it
                    raise BusFault("frozen")
                xyz.append(burst.xyz)
                self._left = entries = burst.entries
                self._heard_s = self._at_s
        finally:
            self._emit(parts, xyz)

    def _emit(self, parts: list[Part], xyz: list[tuple[int, int, int]]) -> None:
        """Append the samples `xyz` as a part, and clear them."""
        if xyz:
            parts.append(Part(np.array(xyz, np.int16), self._gap))
            self._gap = ""
            xyz.clear()

    def _read_level(self) -> None:
        """Read how many samples wait, without popping one."""
        control, status = self._read(reg.FIFO_CTL, 2)
        self._at_s = self.now_s()
        if control != reg.STREAM_USED:
            raise BusFault("register lost")
        self._left = status & 0x3F
        if self._left == 0 and self._at_s - self._heard_s > SILENCE_S:
            raise BusFault("silent")

    def _recover(self, kind: str) -> None:
        """Count the fault, then recover: read the level again after a NACK, else set up anew."""
        self.faults[kind] += 1
        self._gap = kind
        self._left, self._at_s = 0, self.now_s()
        try:
            if kind in ("nack", "busy") and self.running:
                self._read_level()  # it goes on measuring: only the popped samples are lost
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
        def read() -> bytes:
            raw = self.bus.read(register, count)
            if raw == b"\xff" * count:
                raise BusFault("ones")  # none of the registers read here is ever all ones
            return raw

        return self._with_retries(read)

    def _with_retries(self, transfer: Callable[[], T]) -> T:
        for attempt in range(TRIES):
            try:
                return transfer()
            except BusFault as fault:
                if attempt + 1 == TRIES:
                    raise
                self.faults[fault.kind] += 1
                self.sleep(FIRST_BACK_OFF_S * 2**attempt)
        raise AssertionError

"""Wearable: a source of the samples and decisions of a device on a serial line.

Whatever the line does, the samples that came are passed on, and those that did not are a gap: the
wearable is greeted anew when the port comes back, when the device restarts, or when it is silent.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind

from ..clock import SampleClock
from ..source import Chunk
from . import events
from .about import about
from .alarms import StreamedAlarms
from .decisions import fits
from .gap_fill import BootClock, GapFill
from .greeting import Greeting, now_us
from .link import Link
from .listening import Listening
from .losses import LossReport
from .pending import Pending
from .records import (
    Boot,
    Decision,
    DeviceAlarm,
    DeviceClock,
    DeviceEvent,
    DeviceHealth,
    DeviceMounting,
    DeviceSamples,
    Dumped,
    Fault,
    Greet,
    Hello,
    Record,
    SetClock,
    Stored,
)
from .serial_line import LineDroppedError
from .settings import check_mounting
from .utc_clock import UtcClock

RETRY_S = 1.0  # between two tries to open the port, or to be answered
SILENT_S = 10.0  # without a sample: an event, and the wearable is greeted anew
GIVE_UP_S = 600.0
BUSY_S = 1.0  # the longest without an empty chunk, however much comes: Ctrl-C ends a flood


class Wearable:
    """A wearable that was greeted, and streams."""

    def __init__(
        self,
        link: Link,
        greeting: Greeting,
        subject: str,
        silent_s: float = SILENT_S,
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        hello = greeting.hello
        self._link, self._greeting = link, greeting
        self._silent_s, self._give_up_s = silent_s, give_up_s
        self._spec = greeting.model.spec
        self._clock = SampleClock(self._spec.rate_hz)
        self._boot_count: int | None = hello.boot_count
        self._utc = UtcClock(greeting.offset_s)
        self._is_clock_set = True  # the wearable took the time of day since its start
        self._awaits_hello = False
        self._sent_utc_us = 0  # the time of day that was sent last
        self._base = 0  # what to add to this boot's indices
        self._next = hello.next_sample
        self._pending = Pending()
        self._alarms = StreamedAlarms()
        self._fill = GapFill(self._spec, self._send, hello.stored_next)
        self._device_s = hello.time_us / 1e6  # its clock, at the newest samples
        self._health: DeviceHealth | None = None
        self._losses = LossReport(link.receiver)
        self._sampled_at = self._requested_at = time.monotonic()
        self._listening = Listening(self._send)
        self._is_silent = False
        self._is_over = False  # the wearable has switched itself off
        self._has_sampled = False
        self.about = about(greeting, link.line.port, subject)

    def chunks(self) -> Iterator[Chunk]:
        """Yield a chunk for each record of samples, and an empty one when no more has come.

        Raises EdgekitError when no sample came for `give_up_s`.
        """
        try:
            yield from self._chunks()
        except EdgekitError:
            yield self._empty()  # with the events until then
            raise

    def _chunks(self) -> Iterator[Chunk]:
        records: list[Record] = list(self._greeting.early)
        emptied_at = time.monotonic()
        while True:
            for record in records:
                if isinstance(record, DeviceSamples):
                    yield self._samples_chunk(record)
                else:
                    self._process(record)
            if self._is_over:
                yield self._empty()
                return
            if losses := self._losses.due():
                self._pending.note(*losses)
            if not records or time.monotonic() - emptied_at > BUSY_S:
                emptied_at = time.monotonic()
                yield self._empty()
            try:
                self._check_silence()
                self._repeat_requests()
                self._fill_gaps()
                self._listening.keep_up()
                records = self._link.receive()
            except LineDroppedError as error:
                records = []
                yield from self._reconnect(error)

    def _samples_chunk(self, record: DeviceSamples) -> Chunk:
        time_s = record.time_us / 1e6
        self._listening.note(time_s)
        first = self._base + record.first_sample
        if first < self._next and self._has_sampled:  # a restart that was not seen
            self._new_boot(None)
            self._request_greeting()
            first = self._base + record.first_sample
        if self._has_sampled and first > self._next:
            lost = first - self._next
            if lost >= self._spec.window:
                self._fill.open(self._boot_clock())
            self._pending.note(EventKind.LOST_SAMPLES, f"{lost} samples did not arrive")
        last = first + len(record.counts) - 1
        self._clock.note(last, time_s)
        if not self._utc.is_known:
            self._utc.set(time.time() - time_s)
        self._utc.note(time_s, time.monotonic())
        self._next, self._device_s = last + 1, time_s
        self._sampled_at = time.monotonic()
        self._is_silent, self._has_sampled = False, True
        xyz_g = record.counts.astype(np.float32) / np.float32(self._greeting.hello.counts_per_g)
        start_s = self._utc.utc_s(self._clock.time_s(first))
        return self._chunk(xyz_g, start_s, first)

    def _process(self, record: Record) -> None:
        match record:
            case Decision():
                self._add_decision(record)
            case DeviceEvent():
                event = events.of_device(record)
                self._pending.note(*event)
                self._is_over = event[0] is EventKind.BATTERY_EMPTY
                if events.is_gap(record):
                    self._clock.restart()
            case DeviceHealth():
                self._process_health(record)
            case Boot():
                self._pending.note(*events.of_boot(record))
                if record.boot_count != self._boot_count:
                    self._new_boot(record.boot_count)
                self._request_greeting()
            case Fault():
                self._pending.note(*events.of_fault(record))
            case DeviceAlarm():
                self._alarms.add(record, self._utc)
            case DeviceMounting():
                check_mounting(record, self._greeting.mounting, self._link.line.port)
            case Hello():
                self._process_hello(record)
            case Stored() | Dumped():
                self._pending.add_filled(self._fill.process(record, self._boot_clock()))
            case DeviceClock(time_us, utc_us) if utc_us == self._sent_utc_us:
                self._is_clock_set = True
                self._utc.set((utc_us - time_us) / 1e6)

    def _add_decision(self, record: Decision) -> None:
        if fits(record, self._spec):
            decision = replace(record, first_sample=self._base + record.first_sample)
            if not self._fill.hold(decision):
                self._pending.decided.append(decision)
        else:
            detail = "a decision that does not fit the model's labels"
            self._pending.note(EventKind.DAMAGED, detail)

    def _process_health(self, record: DeviceHealth) -> None:
        if self._health is None or events.has_worsened(self._health, record):
            self._pending.note(*events.of_health(record))
            self._health = record

    def _process_hello(self, hello: Hello) -> None:
        self._awaits_hello = False
        ours = self._greeting.hello
        if (hello.device_id, hello.bundle_digest) != (ours.device_id, ours.bundle_digest):
            raise EdgekitError(
                f"another wearable, or another model, is on {self._link.line.port} now: "
                "this night ends here. Start another"
            )
        if self._boot_count is None:
            self._boot_count = hello.boot_count
        elif hello.boot_count != self._boot_count:
            self._new_boot(hello.boot_count)
        if not self._is_clock_set:
            self._sent_utc_us = now_us()
            # Until it answers with the time of its own clock:
            self._utc.set((self._sent_utc_us - hello.time_us) / 1e6)
            self._send(SetClock(self._sent_utc_us))

    def _new_boot(self, boot_count: int | None) -> None:
        self._fill.open(self._boot_clock())
        detail = "" if boot_count is None else f": its start number {boot_count}"
        self._pending.note(EventKind.RESTART, f"the wearable started anew{detail}")
        self._boot_count = boot_count
        self._base = self._next
        self._utc.set(None)
        self._is_clock_set = False
        self._health = None
        self._clock.restart()

    def _chunk(self, xyz_g: NDArray[np.float32], start_s: float, first: int) -> Chunk:
        alarms = self._alarms.take()
        return self._pending.chunk(xyz_g, start_s, self._clock.rate_hz, first, alarms)

    def _empty(self) -> Chunk:
        if not self._has_sampled:  # a night starts with a sample: earlier events wait for it
            return Chunk(_NONE, time.time(), self._spec.rate_hz)
        return self._chunk(_NONE, time.time(), self._next)

    # -- decisions that the wearable stored while the line was away

    def _fill_gaps(self) -> None:
        is_greeted = self._has_sampled and not self._awaits_hello and self._is_clock_set
        if self._fill.is_due and is_greeted and not self._fill.is_under_way:
            self._fill.start()
        self._pending.add_filled(self._fill.keep_up(self._boot_clock()))

    def _boot_clock(self) -> BootClock:
        known = self._utc.is_known
        offset_s = self._utc.utc_s(self._device_s) - self._device_s if known else 0.0
        return BootClock(self._boot_count, self._base, offset_s)

    # -- a line that drops, a wearable that says nothing

    def _request_greeting(self) -> None:
        self._awaits_hello = True
        self._requested_at = time.monotonic()
        self._send(Greet())

    def _send(self, command: Record) -> None:
        with suppress(LineDroppedError):  # the next read raises it again
            self._link.send(command)

    def _check_silence(self) -> None:
        if self._silence_s() <= self._silent_s:
            return
        if not self._is_silent:
            self._is_silent = True
            detail = f"no sample for {self._silent_s:g} s: the wearable is greeted anew"
            self._pending.note(EventKind.SILENT, detail)

    def _repeat_requests(self) -> None:
        """Repeat a greeting, or a time of day, that the line lost."""
        is_waiting = self._is_silent or self._awaits_hello or not self._is_clock_set
        if is_waiting and time.monotonic() - self._requested_at > RETRY_S:
            self._request_greeting()

    def _silence_s(self) -> float:
        """Return the time since the last sample. Raises EdgekitError after `give_up_s`."""
        silence_s = time.monotonic() - self._sampled_at
        if silence_s > self._give_up_s:
            port = self._link.line.port
            raise EdgekitError(
                f"no sample came from the wearable on {port} for {silence_s:.0f} s: the night ends "
                "here. The wearable stores its own decisions; read them with: "
                f"edgekit monitor --serial {port} --stored"
            )
        return silence_s

    def _reconnect(self, error: LineDroppedError) -> Iterator[Chunk]:
        """Yield empty chunks until the port is back; then request the greeting."""
        dropped_at = time.monotonic()
        self._is_silent = True  # of course: no event says so besides the line's own
        self._fill.abort()
        self._fill.open(self._boot_clock())
        self._pending.note(EventKind.LINE_DROPPED, str(error))
        while True:
            yield self._empty()
            self._silence_s()
            time.sleep(min(RETRY_S, self._silent_s))
            with suppress(LineDroppedError):
                self._link.reopen()
                break
        self._request_greeting()
        self._pending.note(EventKind.LINE_BACK, f"after {time.monotonic() - dropped_at:.1f} s")


_NONE = np.empty((0, 3), np.float32)

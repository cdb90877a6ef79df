"""Wearable: a source of the samples that a device on a serial line measures.

Its chunks carry what the device decided, too. Whatever the line does, what came in is given on, and
what did not is a gap: the wearable is greeted anew when the port comes back, when the device
started anew, or when it falls silent.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind

from ..sample_clock import SampleClock
from ..source import About, Chunk
from . import events
from .greeting import Greeting, now_us
from .link import Link
from .records import (
    Boot,
    Decision,
    DeviceClock,
    DeviceEvent,
    DeviceHealth,
    Fault,
    Greet,
    Hello,
    Record,
    Samples,
    SetClock,
)
from .serial_line import LineDroppedError
from .utc_clock import UtcClock

RETRY_S = 1.0  # between two tries to open the port, or to be answered
SILENT_S = 10.0  # without a sample: said in the night, and the wearable is greeted anew
GIVE_UP_S = 600.0
BUSY_S = 1.0  # the longest without an empty chunk, however much comes: Ctrl-C ends a flood
LOSS_S = 10.0  # between two events about lost frames


@dataclass(frozen=True)
class WearableChunk(Chunk):
    first: int = 0  # index of the first sample; goes on counting where the device starts anew
    decided: tuple[Decision, ...] = ()  # since the chunk before, their samples counted alike


class Wearable:
    """Greeted already, and streaming."""

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
        self._told_us = 0  # what it was told last
        self._base = 0  # what to add to this boot's indices
        self._next = hello.next_sample
        self._events: list[tuple[EventKind, str]] = []
        self._decided: list[Decision] = []
        self._health: DeviceHealth | None = None
        self._losses = link.lost, link.refused
        self._losses_told_at = -LOSS_S
        self._sampled_at = self._asked_at = time.monotonic()
        self._is_silent = False
        self._has_sampled = False
        self.about = About(
            source=f"{hello.board} {hello.device_id.hex()} on {link.line.port}, "
            f"firmware {hello.firmware_version}",
            subject=subject,
            clock="utc",
            live=True,
            counts_per_g=hello.counts_per_g,
        )

    def chunks(self) -> Iterator[WearableChunk]:
        """One for each record of samples, and an empty one when the line has nothing more.

        Raises EdgekitError when no sample came for `give_up_s`.
        """
        try:
            yield from self._chunks()
        except EdgekitError:
            yield self._empty()  # what was met before
            raise

    def _chunks(self) -> Iterator[WearableChunk]:
        records: list[Record] = list(self._greeting.early)
        emptied_at = time.monotonic()
        while True:
            for record in records:
                if isinstance(record, Samples):
                    yield self._sampled(record)
                else:
                    self._take(record)
            self._tell_losses()
            if not records or time.monotonic() - emptied_at > BUSY_S:
                emptied_at = time.monotonic()
                yield self._empty()
            try:
                self._mind_silence()
                self._mind_answers()
                records = self._link.receive()
            except LineDroppedError as error:
                records = []
                yield from self._reconnect(error)

    # -- what came

    def _sampled(self, record: Samples) -> WearableChunk:
        time_s = record.time_us / 1e6
        first = self._base + record.first_sample
        if first < self._next and self._has_sampled:  # it counts from nought: a start not heard of
            self._new_boot(None)
            self._ask()
            first = self._base + record.first_sample
        if self._has_sampled and first > self._next:
            lost = first - self._next
            self._events.append((EventKind.LOST_SAMPLES, f"{lost} samples did not arrive"))
        last = first + len(record.counts) - 1
        self._clock.note(last, time_s)
        if not self._utc.is_known:
            self._utc.set(time.time() - time_s)
        self._utc.hear(time_s, time.monotonic())
        self._next = last + 1
        self._sampled_at = time.monotonic()
        self._is_silent, self._has_sampled = False, True
        xyz_g = record.counts.astype(np.float32) / np.float32(self._greeting.hello.counts_per_g)
        start_s = self._utc.utc_s(self._clock.time_s(first))
        return self._chunk(xyz_g, start_s, first)

    def _take(self, record: Record) -> None:
        match record:
            case Decision():
                self._take_decision(record)
            case DeviceEvent():
                self._events.append(events.of_device(record))
                if events.is_gap(record):
                    self._clock.restart()
            case DeviceHealth():
                self._take_health(record)
            case Boot():
                self._events.append(events.of_boot(record))
                if record.boot_count != self._boot_count:
                    self._new_boot(record.boot_count)
                self._ask()
            case Fault():
                self._events.append(events.of_fault(record))
            case Hello():
                self._take_hello(record)
            case DeviceClock(time_us, utc_us) if utc_us == self._told_us:
                self._is_clock_set = True
                self._utc.set((utc_us - time_us) / 1e6)

    def _take_decision(self, record: Decision) -> None:
        spec = self._spec
        if (
            record.posture < len(spec.postures)
            and record.placement < len(spec.placements)
            and len(record.logits) == len(spec.postures) + len(spec.placements)
        ):
            first = self._base + record.first_sample
            self._decided.append(replace(record, first_sample=first))
        else:
            detail = "a decision that does not fit the model's labels"
            self._events.append((EventKind.DAMAGED, detail))

    def _take_health(self, record: DeviceHealth) -> None:
        if self._health is None or events.has_worsened(self._health, record):
            self._events.append(events.of_health(record))
        self._health = record

    def _take_hello(self, hello: Hello) -> None:
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
            self._told_us = now_us()
            self._utc.set((self._told_us - hello.time_us) / 1e6)  # until it says when it took it
            self._send(SetClock(self._told_us))

    def _new_boot(self, boot_count: int | None) -> None:
        detail = "" if boot_count is None else f": its start number {boot_count}"
        self._events.append((EventKind.RESTART, f"the wearable started anew{detail}"))
        self._boot_count = boot_count
        self._base = self._next
        self._utc.set(None)
        self._is_clock_set = False
        self._health = None
        self._clock.restart()

    # -- what is given on

    def _chunk(self, xyz_g: NDArray[np.float32], start_s: float, first: int) -> WearableChunk:
        given, self._events = tuple(self._events), []
        decided, self._decided = tuple(self._decided), []
        return WearableChunk(
            xyz_g, start_s, self._clock.rate_hz, events=given, first=first, decided=decided
        )

    def _empty(self) -> WearableChunk:
        if not self._has_sampled:  # a night starts with a sample: what was met before waits for it
            return WearableChunk(_NONE, time.time(), self._spec.rate_hz)
        return self._chunk(_NONE, time.time(), self._next)

    def _tell_losses(self) -> None:
        losses = self._link.lost, self._link.refused
        if losses != self._losses and time.monotonic() - self._losses_told_at > LOSS_S:
            lost, refused = losses[0] - self._losses[0], losses[1] - self._losses[1]
            detail = f"{lost} frames from the wearable were lost, {refused} came damaged"
            self._events.append((EventKind.LINE, detail))
            self._losses, self._losses_told_at = losses, time.monotonic()

    # -- a line that drops, a wearable that says nothing

    def _ask(self) -> None:
        self._awaits_hello = True
        self._asked_at = time.monotonic()
        self._send(Greet())

    def _send(self, command: Record) -> None:
        with suppress(LineDroppedError):  # the next read says so
            self._link.send(command)

    def _mind_silence(self) -> None:
        if self._silence_s() <= self._silent_s:
            return
        if not self._is_silent:
            self._is_silent = True
            detail = f"no sample for {self._silent_s:g} s: the wearable is greeted anew"
            self._events.append((EventKind.SILENT, detail))

    def _mind_answers(self) -> None:
        """A greeting, or a time of day, that the line lost is said again."""
        is_waiting = self._is_silent or self._awaits_hello or not self._is_clock_set
        if is_waiting and time.monotonic() - self._asked_at > RETRY_S:
            self._ask()

    def _silence_s(self) -> float:
        """Since the last sample. Raises EdgekitError after `give_up_s`."""
        silence_s = time.monotonic() - self._sampled_at
        if silence_s > self._give_up_s:
            port = self._link.line.port
            raise EdgekitError(
                f"no sample came from the wearable on {port} for {silence_s:.0f} s: the night ends "
                "here. What the wearable decided by itself is kept on it, and had with: "
                f"edgekit monitor --serial {port} --stored"
            )
        return silence_s

    def _reconnect(self, error: LineDroppedError) -> Iterator[WearableChunk]:
        """Empty chunks until the port is back; then the wearable is asked for its greeting."""
        dropped_at = time.monotonic()
        self._events.append((EventKind.LINE_DROPPED, str(error)))
        while True:
            yield self._empty()
            self._silence_s()
            time.sleep(min(RETRY_S, self._silent_s))
            with suppress(LineDroppedError):
                self._link.reopen()
                break
        self._ask()
        self._events.append((EventKind.LINE_BACK, f"after {time.monotonic() - dropped_at:.1f} s"))


_NONE = np.empty((0, 3), np.float32)

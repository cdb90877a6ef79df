"""A wearable for tests: its records, scripted lines, and one on a pseudo-terminal."""

import os
import select
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.greeting import Greeting, WearableModel
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    Boot,
    Decision,
    DeviceClock,
    DeviceSamples,
    Dump,
    Dumped,
    Greet,
    Hello,
    Label,
    Record,
    Reset,
    SetClock,
    Stored,
    Stream,
)
from edgekit.errors import EdgekitError
from edgekit.spec import ONE_GAIN, SLEEP

DIGEST = bytes(range(32))
# A wearable does not name its front end.
MODEL = WearableModel("by-gravity", DIGEST.hex(), replace(SLEEP, front_end=ONE_GAIN))
DRAIN = 16  # samples
UTC_S = 1.7e9  # of the fake's zero, in tests without a greeting


def hello(**changed: object) -> Hello:
    fields = {
        "protocol_version": 2, "board": "fake", "firmware_version": "0.1",
        "bundle_name": MODEL.name,
        "bundle_digest": DIGEST, "device_id": b"\1\2\3\4\5\6\7\x08", "domain": "sleep",
        "rate_mhz": 50_000, "window": 100, "hop": 60, "counts_per_g": 256,
        "posture_scale_bits": 0x3F000000, "posture_zero_point": -3,
        "placement_scale_bits": 0x3E800000, "placement_zero_point": 5,
        "postures": 12, "placements": 3, "boot_count": 7, "time_us": 0, "next_sample": 0,
        "stored_first": 0, "stored_next": 0, "features": 0,
    }  # fmt: skip
    return Hello(**{**fields, **changed})  # type: ignore[arg-type]


def labels() -> list[Record]:
    return [
        Label(head, index, name)
        for head, names in enumerate((SLEEP.postures, SLEEP.placements))
        for index, name in enumerate(names)
    ]


def measuring(
    drains: int, seed: int = 0, rate_hz: float = 50.0, start_us: int = 0, first: int = 0
) -> list[Record]:
    """The records of a device that measures from `start_us` on: samples and decisions."""
    random = np.random.default_rng(seed)
    records: list[Record] = []
    next_window = first
    for drain in range(drains):
        begin = drain * DRAIN
        newest_us = start_us + round((begin + DRAIN - 1) * 1e6 / rate_hz)
        counts = random.integers(-300, 300, (DRAIN, 3)).astype(np.int16)
        time_us = newest_us + int(random.integers(0, 3000))
        records.append(DeviceSamples(first + begin, time_us, counts))
        while next_window + SLEEP.window <= first + begin + DRAIN:
            answer = (int(random.integers(most)) for most in (12, 3, 256, 256))
            logits = random.integers(-128, 128, 15).astype(np.int8)
            records.append(Decision(next_window, *answer, logits))
            next_window += SLEEP.hop
    return records


def of_kind(records: list[Record], kind: type) -> list:
    return [record for record in records if isinstance(record, kind)]


def framed(records: list[Record]) -> list[bytes]:
    return [frame(encode(record), counter) for counter, record in enumerate(records)]


class ScriptEndedError(EdgekitError):
    pass


@dataclass
class ScriptedLine:
    """Returns these pieces, one a read, then raises ScriptEndedError."""

    pieces: list[bytes]
    port: str = "/dev/scripted"
    written: bytes = b""

    def read(self) -> bytes:
        if not self.pieces:
            raise ScriptEndedError("the script ended")
        return self.pieces.pop(0)

    def write(self, data: bytes) -> None:
        self.written += data


def greeting(**changed: object) -> Greeting:
    return Greeting(hello(**changed), MODEL, UTC_S, ())


@dataclass
class FakeWearable:
    """On a pseudo-terminal under `path`; answers commands, and sends what a test has it send."""

    path: Path
    hello: Hello = field(default_factory=hello)
    stored: list[Record] = field(default_factory=list)
    lose: Callable[[int], bool] = lambda count: False  # which frames never arrive
    commands: list[Record] = field(default_factory=list)
    answers_greeting: bool = True
    _counter: int = 0
    sent: int = 0  # frames, those that were lost too
    _master: int = -1
    _slave: int = -1

    @property
    def is_plugged_in(self) -> bool:
        return self._master >= 0

    @property
    def baud(self) -> int:
        """The speed that the port was last opened at, as termios numbers it."""
        return int(termios.tcgetattr(self._slave)[4]) if self.is_plugged_in else 0

    def plug_in(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._slave))
        threading.Thread(target=self._answer, args=(self._master,), daemon=True).start()

    def unplug(self) -> None:
        self.path.unlink()
        master, self._master = self._master, -1
        time.sleep(0.05)  # its reader ends
        os.close(self._slave)
        os.close(master)

    def send(self, *records: Record) -> None:
        for record in records:
            data = frame(encode(record), self._counter)
            self._counter += 1
            self.sent += 1
            if not self.lose(self.sent):
                self.write(data)

    def start_anew(self, **changed: object) -> None:
        self.hello = hello(**{"boot_count": self.hello.boot_count + 1, **changed})
        self._counter = 0
        self.send(Boot(self.hello.boot_count, 2, DIGEST[:8]))

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]

    def wait_for(self, kind: type[Record], count: int = 1) -> None:
        until = time.monotonic() + 20
        while sum(isinstance(command, kind) for command in self.commands) < count:
            assert time.monotonic() < until, f"no {kind.__name__} came"
            time.sleep(0.01)

    def _answer(self, master: int) -> None:
        receiver = Receiver()
        while self._master == master:
            if not select.select([master], [], [], 0.02)[0]:
                continue  # a read that waits would hold the terminal open
            try:
                data = os.read(master, 4096)
            except OSError:
                return
            for record in receiver.push(data):
                command = decode(record)
                assert command is not None
                self.send(*self._answers(command))
                self.commands.append(command)

    def _answers(self, command: Record) -> Iterator[Record]:
        match command:
            case Greet() if self.answers_greeting:
                yield from labels()
                yield self.hello
            case SetClock(utc_us):
                yield DeviceClock(self.hello.time_us, utc_us)
            case Dump(sequence):
                for number, record in enumerate(self.stored):
                    if number >= sequence:
                        yield Stored(number, encode(record))
                yield Dumped(len(self.stored))
            case Stream() | Reset() | Greet():
                pass

"""The host board as a world in a test: what is measured, what goes wrong, what the line says."""

import ctypes
import fcntl
import os
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    Dump,
    Dumped,
    Greet,
    Record,
    Stored,
)
from edgekit.smoothing import Smoothing
from edgekit.spec import SLEEP

PIPE_BYTES = 1 << 20
F_SETPIPE_SZ = 1031  # fcntl's, which Python 3.11 does not name everywhere

Kind = TypeVar("Kind", bound=Record)


SLOW = replace(SLEEP, domain="slow", rate_hz=20.0)  # the chip runs at 100 Hz for it


class Board:
    """Powered on, and connected to a host that reads along."""

    def __init__(self, library: ctypes.CDLL, seed: int = 1) -> None:
        self._library = library
        library.host_power_on(ctypes.c_uint64(seed))
        from_host, self._to_board = os.pipe()
        self._from_board, to_host = os.pipe()
        self._files: tuple[int, ...] = from_host, self._to_board, self._from_board, to_host
        fcntl.fcntl(to_host, F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(self._from_board, False)
        library.host_set_line(from_host, to_host)
        self.receiver = Receiver()
        self.heard: list[Record] = []
        self._counter = 0
        self._is_reading = True

    def close(self) -> None:
        self._library.host_set_line(-1, -1)
        for file in self._files:
            os.close(file)
        self._files = ()

    def unplug(self) -> None:
        self._library.host_set_line(-1, -1)

    def set_listener(self, listener: int) -> None:
        """What USB would know of the host: 0 nothing, 1 nobody listens, 2 somebody does."""
        self._library.host_set_listener(listener)

    def touch(self) -> None:
        """Ask for the boot loader as by 1200 baud."""
        self._library.host_touch()

    @property
    def boot_loaders(self) -> int:
        """How often it asked for its boot loader, which this board has not: it starts anew."""
        return int(self._library.host_boot_loaders())

    @contextmanager
    def on_terminal(self) -> Iterator[str]:
        """Run in real time, its line on a pseudo-terminal; yields the terminal's path."""
        board, host = os.openpty()
        tty.setraw(host, termios.TCSANOW)
        self._library.host_set_line(board, board)
        self._library.host_set_speed(ctypes.c_double(1.0))
        is_over = threading.Event()

        def run() -> None:
            while not is_over.is_set():
                self._library.host_run_until(ctypes.c_uint64(round((self.now_s + 0.1) * 1e6)))

        thread = threading.Thread(target=run)
        thread.start()
        yield os.ttyname(host)
        is_over.set()
        thread.join()
        self.unplug()
        os.close(board)
        os.close(host)

    def stop_reading(self) -> None:
        """What is said from now on stays in the line, which soon is full."""
        fcntl.fcntl(self._files[3], F_SETPIPE_SZ, 1 << 16)
        self._is_reading = False

    def read_again(self) -> None:
        self._is_reading = True
        self._hear()

    def set_address(self, address: int) -> None:
        self._library.sim_adxl345_set_address(self._chip, address)

    def register(self, address: int) -> int:
        """What the sensor's register holds."""
        return int(self._library.sim_adxl345_peek(self._chip, address)) & 0xFF

    def poke(self, address: int, value: int) -> None:
        """As a disturbance would."""
        self._library.sim_adxl345_poke(self._chip, address, value)

    @property
    def _chip(self) -> ctypes.c_void_p:
        chip = ctypes.c_char.in_dll(self._library, "host_chip")
        return ctypes.c_void_p(ctypes.addressof(chip))

    def keep_flash_in(self, path: Path) -> None:
        assert self._library.host_set_flash(str(path).encode())

    def set_counts(self, counts: NDArray[np.int16]) -> None:
        self._counts = np.ascontiguousarray(counts, np.int16)
        self._library.host_set_counts(
            ctypes.c_void_p(self._counts.ctypes.data), ctypes.c_uint64(len(counts))
        )

    def set_motion(self) -> None:
        self._library.host_set_motion()

    def fault(self, text: str) -> None:
        assert self._library.host_add_fault(text.encode()), text

    def send(self, command: Record) -> None:
        self.send_bytes(frame(encode(command), self._counter))
        self._counter += 1

    def send_bytes(self, data: bytes) -> None:
        os.write(self._to_board, data)

    def run_counts(self) -> list[Record]:
        self._library.host_run_counts()
        return self._hear()

    def run_until(self, seconds: float) -> list[Record]:
        """Virtual seconds since power on. What came meanwhile, which `heard` keeps too."""
        self._library.host_run_until(ctypes.c_uint64(round(seconds * 1e6)))
        return self._hear()

    def bytes_until(self, seconds: float) -> bytes:
        """What comes until then, as the line carries it; `heard` does not keep it."""
        self._library.host_run_until(ctypes.c_uint64(round(seconds * 1e6)))
        return b"".join(self._read())

    def ask(self, command: Record, seconds: float = 1.0) -> list[Record]:
        self.send(command)
        return self.run_until(self.now_s + seconds)

    def greet(self) -> list[Record]:
        return self.ask(Greet(), 0.01)

    def stored(self) -> list[Record]:
        """What a dump gives."""
        answer = self.ask(Dump(0), 5.0)
        assert any(isinstance(record, Dumped) for record in answer)
        found = [decode(record.record) for record in answer if isinstance(record, Stored)]
        return [record for record in found if record is not None]

    def motor(self) -> list[tuple[float, int]]:
        """Each change of the motor: seconds since power on, and its strength of 255."""
        self._library.host_motor_change.restype = ctypes.c_uint64
        changes, strength = [], ctypes.c_uint8()
        for n in range(self._library.host_motor_changes()):
            at_us = self._library.host_motor_change(n, ctypes.byref(strength))
            changes.append((at_us / 1e6, strength.value))
        return changes

    @property
    def now_s(self) -> float:
        self._library.host_world_us.restype = ctypes.c_uint64
        return float(self._library.host_world_us()) / 1e6

    @property
    def is_off(self) -> bool:
        self._library.host_is_off.restype = ctypes.c_bool
        return bool(self._library.host_is_off())

    def blinks(self) -> list[tuple[float, float]]:
        """When the light was lit, and for how many milliseconds; the last 500 at the most."""
        self._library.host_light_us.restype = ctypes.c_uint64
        changes = self._library.host_light_changes()
        assert changes % 2 == 0, "the light is on"
        at_us = [self._library.host_light_us(n) for n in range(max(changes - 1000, 0), changes)]
        pairs = zip(at_us[::2], at_us[1::2], strict=True)
        return [(on_us / 1e6, (off_us - on_us) / 1000) for on_us, off_us in pairs]

    @property
    def starts(self) -> int:
        return int(self._library.host_starts())

    def _hear(self) -> list[Record]:
        came = [decode(record) for record in self.receiver.push(b"".join(self._read()))]
        assert None not in came, "a frame that holds no record"
        records = [record for record in came if record is not None]
        self.heard += records
        return records

    def _read(self) -> Iterator[bytes]:
        while self._is_reading:
            try:
                data = os.read(self._from_board, PIPE_BYTES)
            except BlockingIOError:
                return
            if not data:
                return
            yield data


def of_kind(kind: type[Kind], records: list[Record]) -> list[Kind]:
    return [record for record in records if isinstance(record, kind)]


def tuned(bundle: Bundle, smoothing: Smoothing) -> Bundle:
    """Return the bundle with this smoothing in place of its own."""
    return replace(bundle, fields={**bundle.fields, "smoothing": asdict(smoothing)})


Boards = Callable[..., Board]
Sources = Callable[..., tuple[list[Path], list[str]]]

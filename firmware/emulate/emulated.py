"""The board `emulated`: the registers of boards/emulated/machine.h."""

from pathlib import Path

from unicorn import UC_PROT_READ

from ..build.board import PAGE_BYTES, board
from .sensor import Sensor
from .system import SERIAL_BYTE_NS, System

_BASE = 0x4000_0000
_OK, _FLASH = 0, 11  # edgekit_error_t
_LINE_SENSOR, _LINE_SERIAL = 1, 2
_SERIAL_RING_BYTES, _SERIAL_WAIT_NS = 2048, 20_000_000
DEVICE_ID = bytes.fromhex("0123456789abcdef")


class Emulated(System):
    vectors = 0

    def __init__(self, image: Path, core: str, sensor: Sensor) -> None:
        super().__init__(image, board("emulated"), core, sensor)

    def add_peripherals(self) -> None:
        self.uc.mem_map(self.records.origin, self.records.bytes, UC_PROT_READ)
        self.write(self.records.origin, b"\xff" * self.records.bytes)
        self.peripheral(_BASE, self._read, self._write)

    def reset_peripherals(self, cause: int) -> None:
        self._cause = cause
        self._written: dict[int, int] = {}
        self._time_high = 0
        self._bus_error = self._flash_error = _OK
        self._taken = 0
        self._line_free_ns = self.now_ns
        self._boot_ns = self.now_ns

    def interrupt_lines(self) -> int:
        return 0

    def next_event_ns(self) -> int:
        return self.next_outside_ns()

    def _read(self, offset: int) -> int:
        match offset:
            case 0x00:
                time_us = (self.now_ns - self._boot_ns) // 1000
                self._time_high = time_us >> 32
                return time_us & 0xFFFFFFFF
            case 0x04:
                return self._time_high
            case 0x10:
                return _LINE_SENSOR * self.sensor_line() | _LINE_SERIAL * self.serial_waits()
            case 0x34:
                return self._bus_error
            case 0x44:
                return self._taken
            case 0x48:
                byte = self.serial_take()
                return 0 if byte is None else 0x100 | byte
            case 0x68:
                return self._flash_error
            case 0x84:
                return self._cause
            case 0x88:
                return int.from_bytes(DEVICE_ID[:4], "little")
            case 0x8C:
                return int.from_bytes(DEVICE_ID[4:], "little")
        return 0

    def _write(self, offset: int, value: int) -> None:
        self._written[offset] = value
        match offset:
            case 0x0C:
                self._sleep(value << 32 | self._written.get(0x08, 0))
            case 0x34:
                self._bus(value)
            case 0x44:
                self._send(value)
            case 0x68:
                self._program(value)
            case 0x6C:
                self._erase(value)
            case 0x80:
                self.feed()

    def _sleep(self, until_us: int) -> None:
        until_ns = until_us * 1000 + self._boot_ns
        wakes = self._written.get(0x14, 0)

        def woken() -> bool:
            return (
                self.now_ns >= until_ns
                or (bool(wakes & _LINE_SERIAL) and self.serial_waits())
                or (bool(wakes & _LINE_SENSOR) and self.sensor_line())
            )

        self.sleep_until(woken, lambda: min(until_ns, self.next_outside_ns()))
        self.pause()

    def _bus(self, command: int) -> None:
        self.sensor.advance(self.now_us)
        if command != 1:
            self._bus_error = self.sensor.clock_out(9)
            self.pass_ns(25_000)
            return
        wants = self._written
        out = self.read(wants[0x24], wants[0x28]) if wants[0x28] else b""
        self._bus_error, data = self.sensor.transfer(wants[0x20], out, wants[0x30])
        if self._bus_error == _OK and data:
            self.write(wants[0x2C], data)
        self.pass_ns(self.sensor.transfer_us(len(out), len(data)) * 1000)

    def _send(self, size: int) -> None:
        """As the other boards do: bytes wait in a ring, and a writer at most 20 ms for room."""
        self._line_free_ns = max(self._line_free_ns, self.now_ns)
        room_from_ns = self._line_free_ns - (_SERIAL_RING_BYTES - size) * SERIAL_BYTE_NS
        self.pass_ns(min(max(0, room_from_ns - self.now_ns), _SERIAL_WAIT_NS))
        self._taken = int(size <= _SERIAL_RING_BYTES and self.now_ns >= room_from_ns)
        if self._taken:
            self.sent += self.read(self._written[0x40], size)
            self._line_free_ns += size * SERIAL_BYTE_NS

    def _program(self, size: int) -> None:
        offset = self._written.get(0x60, 0)
        fits = offset % 4 == 0 and size % 4 == 0 and offset + size <= self.records.bytes
        self._flash_error = _OK if fits else _FLASH
        if fits:
            self.write_flash(self.records.origin + offset, self.read(self._written[0x64], size))
            self.pass_ns(size // 4 * 41_000)  # an nRF52840's

    def _erase(self, page: int) -> None:
        fits = (page + 1) * PAGE_BYTES <= self.records.bytes
        self._flash_error = _OK if fits else _FLASH
        if fits:
            self.write(self.records.origin + page * PAGE_BYTES, b"\xff" * PAGE_BYTES)
            self.pass_ns(85_000_000)

"""The board `emulated`: the registers of boards/emulated/machine.h."""

from enum import IntEnum
from pathlib import Path

from unicorn import UC_PROT_READ

from ..build.board import PAGE_BYTES, board
from .chip import Entry, vector_entry
from .simulated_sensor import SimulatedSensor
from .surroundings import SERIAL_BYTE_NS, Surroundings
from .system import System

DEVICE_ID = bytes.fromhex("0123456789abcdef")
BATTERY_MV = 3900  # until a run sets another
_OK, _FLASH = 0, 11  # edgekit_error_t
_LINE_SENSOR, _LINE_SERIAL = 1, 2
_BUS_TRANSFER = 1
_SERIAL_RING_BYTES, _SERIAL_WAIT_NS = 2048, 20_000_000
_BUS_CLOCKS_NS = 25_000
_WORD_WRITE_NS, _PAGE_ERASE_NS = 41_000, 85_000_000  # an nRF52840's


class Register(IntEnum):
    """Offsets, named as in machine.h, which says what each holds."""

    TIME_LOW = 0x00
    TIME_HIGH = 0x04
    SLEEP_LOW = 0x08
    SLEEP_HIGH = 0x0C
    LINES = 0x10
    WAKES = 0x14
    BUS_ADDRESS = 0x20
    BUS_OUT = 0x24
    BUS_OUT_SIZE = 0x28
    BUS_IN = 0x2C
    BUS_IN_SIZE = 0x30
    BUS_GO = 0x34
    SERIAL_OUT = 0x40
    SERIAL_SEND = 0x44
    SERIAL_IN = 0x48
    FLASH_OFFSET = 0x60
    FLASH_FROM = 0x64
    FLASH_WRITE = 0x68
    FLASH_ERASE = 0x6C
    WATCHDOG = 0x80
    RESET_CAUSE = 0x84
    ID_LOW = 0x88
    ID_HIGH = 0x8C
    MOTOR = 0x90
    LED = 0xA0
    BATTERY_MV = 0xA4
    USB_POWER = 0xA8
    POWER_OFF = 0xAC


def emulated(image: Path, core: str, sensor: SimulatedSensor) -> "System[EmulatedChip]":
    """Power on the emulated board; raises EdgekitError for an image of another core."""
    return System(image, board("emulated"), core, sensor, EmulatedChip)


class EmulatedChip:
    """One block of registers: both the chip and its only block.

    `blinks` are when the light went on, and for how long.
    """

    base, pages = 0x4000_0000, 1
    battery_mv, has_usb_power = BATTERY_MV, False

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.motor_changes: list[tuple[int, int]] = []  # when (us), and the strength of 255
        self.blocks = [self]
        self.blinks: list[tuple[int, int]] = []  # microseconds
        self._lit_us: int | None = None
        records = around.records
        around.memory.map(records.origin, records.bytes, UC_PROT_READ)
        around.memory.write(records.origin, b"\xff" * records.bytes)

    def reset(self, cause: int) -> Entry:
        self._drive_motor(0)
        self._values: dict[int, int] = {
            Register.RESET_CAUSE: cause,
            Register.ID_LOW: int.from_bytes(DEVICE_ID[:4], "little"),
            Register.ID_HIGH: int.from_bytes(DEVICE_ID[4:], "little"),
        }
        self._boot_ns = self._line_free_ns = self._around.now_ns
        return vector_entry(self._around.memory, 0)

    def interrupt_lines(self) -> int:
        return 0

    def next_event_ns(self) -> int:
        return self._around.next_outside_ns()

    def read(self, offset: int) -> int:
        around = self._around
        match offset:
            case Register.TIME_LOW:
                time_us = (around.now_ns - self._boot_ns) // 1000
                self._values[Register.TIME_HIGH] = time_us >> 32
                return time_us & 0xFFFFFFFF
            case Register.LINES:
                return _LINE_SENSOR * around.sensor_line() | _LINE_SERIAL * around.serial_waits()
            case Register.BATTERY_MV:
                return self.battery_mv
            case Register.USB_POWER:
                return int(self.has_usb_power)
            case Register.SERIAL_IN:
                byte = around.read_serial()
                return 0 if byte is None else 0x100 | byte
        return self._values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        match offset:
            case Register.SLEEP_HIGH:
                self._sleep(value << 32 | self._values.get(Register.SLEEP_LOW, 0))
            case Register.BUS_GO:
                self._values[Register.BUS_GO] = self._use_bus(value)
            case Register.SERIAL_SEND:
                self._values[Register.SERIAL_SEND] = self._send(value)
            case Register.FLASH_WRITE:
                self._values[Register.FLASH_WRITE] = self._program(value)
            case Register.FLASH_ERASE:
                self._values[Register.FLASH_WRITE] = self._erase(value)
            case Register.MOTOR:
                self._drive_motor(value)
            case Register.LED:
                self._light(bool(value))
            case Register.POWER_OFF:
                self._around.power_off()
            case Register.WATCHDOG:
                self._around.feed_watchdog()
            case _:
                self._values[offset] = value

    def _drive_motor(self, strength: int) -> None:
        if strength != (self.motor_changes[-1][1] if self.motor_changes else 0):
            self.motor_changes.append((self._around.now_us, strength))

    def set_usb_power(self, is_on: bool) -> None:
        """Plug USB in or out; a board that is off starts anew."""
        self.has_usb_power = is_on
        self._around.wake_by_usb(is_on)

    def _light(self, is_on: bool) -> None:
        now_us = self._around.now_us
        if is_on and self._lit_us is None:
            self._lit_us = now_us
        elif not is_on and self._lit_us is not None:
            self.blinks.append((self._lit_us, now_us - self._lit_us))
            self._lit_us = None

    def _sleep(self, until_us: int) -> None:
        around = self._around
        until_ns = until_us * 1000 + self._boot_ns
        wakes = self._values.get(Register.WAKES, 0)

        def is_woken() -> bool:
            return (
                around.now_ns >= until_ns
                or (bool(wakes & _LINE_SERIAL) and around.serial_waits())
                or (bool(wakes & _LINE_SENSOR) and around.sensor_line())
            )

        around.sleep_until(is_woken, lambda: min(until_ns, around.next_outside_ns()))
        around.pause()

    def _use_bus(self, command: int) -> int:
        """Transfer, or send nine clocks; return an edgekit_error_t."""
        around, values = self._around, self._values
        around.sensor.advance(around.now_us)
        if command != _BUS_TRANSFER:
            error = around.sensor.clock_out(9)
            around.pass_ns(_BUS_CLOCKS_NS)
            return error
        size = values[Register.BUS_OUT_SIZE]
        out = around.memory.read(values[Register.BUS_OUT], size) if size else b""
        address, in_size = values[Register.BUS_ADDRESS], values[Register.BUS_IN_SIZE]
        error, data = around.sensor.transfer(address, out, in_size)
        if error == _OK and data:
            around.memory.write(values[Register.BUS_IN], data)
        around.pass_ns(around.sensor.transfer_us(len(out), len(data)) * 1000)
        return error

    def _send(self, size: int) -> int:
        """Send as the other boards do: bytes wait in a ring, a writer at most 20 ms for room.

        Returns 1 where the bytes were sent, 0 where they were dropped.
        """
        around = self._around
        self._line_free_ns = max(self._line_free_ns, around.now_ns)
        room_from_ns = self._line_free_ns - (_SERIAL_RING_BYTES - size) * SERIAL_BYTE_NS
        around.pass_ns(min(max(0, room_from_ns - around.now_ns), _SERIAL_WAIT_NS))
        if size > _SERIAL_RING_BYTES or around.now_ns < room_from_ns:
            return 0
        around.sent += around.memory.read(self._values[Register.SERIAL_OUT], size)
        self._line_free_ns += size * SERIAL_BYTE_NS
        return 1

    def _program(self, size: int) -> int:
        """Write to the records' flash; return an edgekit_error_t."""
        around = self._around
        offset = self._values.get(Register.FLASH_OFFSET, 0)
        if offset % 4 or size % 4 or offset + size > around.records.bytes:
            return _FLASH
        data = around.memory.read(self._values[Register.FLASH_FROM], size)
        around.write_flash(around.records.origin + offset, data)
        around.pass_ns(size // 4 * _WORD_WRITE_NS)
        return _OK

    def _erase(self, page: int) -> int:
        """Erase a page of the records' flash; return an edgekit_error_t."""
        around = self._around
        if (page + 1) * PAGE_BYTES > around.records.bytes:
            return _FLASH
        around.memory.write(around.records.origin + page * PAGE_BYTES, b"\xff" * PAGE_BYTES)
        around.pass_ns(_PAGE_ERASE_NS)
        return _OK

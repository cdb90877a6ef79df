"""Raspberry Pi Pico and Pico 2: their images, from the boot ROM's first step on."""

from pathlib import Path

from unicorn import UC_HOOK_CODE, UC_PROT_EXEC, UC_PROT_NONE, UC_PROT_READ, Uc, arm_const

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import PAGE_BYTES, board
from edgekit.firmware.emulate.machine import Machine
from edgekit.firmware.emulate.sensor import Sensor
from edgekit.firmware.emulate.system import System

from .rp2_blocks import Block, Clocks, Oscillator, Pins, Pll, Resets, Sio, Timer, Watchdog
from .rp2_chips import RP2040, RP2350, Chip
from .rp2_serial import I2c, Uart

DEVICE_ID = bytes.fromhex("0011223344556677")
_ROM_LOOKUP, _ROM_FLASH = 0x100, 0x110  # where the modelled ROM's functions begin, 16 bytes each
_FLASH_FUNCTIONS = ("IF", "EX", "RE", "RP", "FC")
_RETURN = b"\x70\x47"  # bx lr


class Rp2(System):
    """`complaints`: what the image did that the chip does not allow; a test wants none."""

    chip: Chip

    def __init__(self, image: Path, name: str, core: str, sensor: Sensor) -> None:
        self.complaints: list[str] = []
        super().__init__(image, board(name), core, sensor)

    def add_peripherals(self) -> None:
        chip = self.chip
        self.resets_block = Resets(self, chip.resets)
        self.oscillator = Oscillator(self, chip.xosc)
        self.pll = Pll(self, chip.pll, "pll")
        self.psm = Block(self, chip.psm)
        self.pins = Pins(self, chip.io, "io")
        self.timer = Timer(self, chip.timer, "timer")
        self.uart = Uart(self, chip.uart, "uart")
        self.watchdog = Watchdog(self, chip.watchdog)
        self.blocks = [
            *(self.oscillator, self.pll, self.psm, self.pins, self.timer, self.uart),
            *(Clocks(self, chip.clocks), Block(self, chip.pads, "pads")),
            *(I2c(self, chip.i2c, "i2c"), Sio(self, 0xD000_0000)),
        ]
        self._map_rom()

    def reset_peripherals(self, cause: int) -> None:
        self.watchdog.reset_for(cause)
        self.resets_block.reset()
        for block in self.blocks:
            block.reset()

    def interrupt_lines(self) -> int:
        return (
            self.timer.interrupt() << self.chip.timer_interrupt
            | self.pins.interrupt() << self.chip.io_interrupt
            | self.uart.interrupt() << self.chip.uart_interrupt
        )

    def next_event_ns(self) -> int:
        return min(self.next_outside_ns(), self.timer.next_ns(), self.uart.next_ns())

    def ticks(self) -> bool:
        """Whether the timer has its microseconds, of the crystal's 12 MHz."""
        raise NotImplementedError

    def record_bytes(self) -> bytes:
        return Machine.read(self, self.records.origin, self.records.bytes)

    # The boot ROM, and the flash behind it.

    def rom_code(self, first: int, second: int) -> int:
        """Of a lookup's two arguments, the function's code."""
        raise NotImplementedError

    def set_xip(self, on: bool) -> None:
        """Whether the core can read from flash."""
        assert self.board.flash is not None
        span = self.board.flash.bytes + self.records.bytes
        rights = UC_PROT_READ | UC_PROT_EXEC if on else UC_PROT_NONE
        self.uc.mem_protect(self.board.flash.origin, span, rights)
        self.uc.ctl_flush_tb()

    def _map_rom(self) -> None:
        self.uc.mem_map(0, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC)
        entry = (_ROM_LOOKUP | 1).to_bytes(2, "little")
        self.write(0x14, b"\x00\x02")
        self.write(0x16, entry)
        self.write(0x18, entry)
        for index in range(1 + len(_FLASH_FUNCTIONS)):
            self.write(_ROM_LOOKUP + 16 * index, _RETURN)
        self.uc.hook_add(UC_HOOK_CODE, self._rom_call, None, _ROM_LOOKUP, _ROM_LOOKUP + 0xFF)
        self.uc.mem_map(self.records.origin, self.records.bytes, UC_PROT_READ | UC_PROT_EXEC)
        self.write(self.records.origin, b"\xff" * self.records.bytes)

    def _rom_call(self, _uc: Uc, at: int, _size: int, _data: object) -> None:
        arguments = [self.uc.reg_read(arm_const.UC_ARM_REG_R0 + n) for n in range(4)]
        if at == _ROM_LOOKUP:
            code = self.rom_code(arguments[0], arguments[1]).to_bytes(2, "little").decode()
            index = _FLASH_FUNCTIONS.index(code)
            self.uc.reg_write(arm_const.UC_ARM_REG_R0, _ROM_FLASH + 16 * index | 1)
            return
        function = _FLASH_FUNCTIONS[(at - _ROM_FLASH) // 16]
        if function == "EX":
            self.set_xip(False)
        elif function in ("RE", "RP"):
            self._change_flash(function, arguments)

    def _change_flash(self, function: str, arguments: list[int]) -> None:
        offset, second, third = arguments[:3]
        at = 0x1000_0000 + offset
        size, page = (third, 256) if function == "RP" else (second, PAGE_BYTES)
        if not self.records.holds(at, size) or offset % page or size % page:
            self.complaints.append(f"{function} of {size} bytes at {at:#x} is not allowed")
        elif function == "RP":
            self.write_flash(at, self.read(second, size))
            self.now_ns += 400_000
        else:
            self.write(at, b"\xff" * size)
            self.now_ns += 45_000_000


class Pico(Rp2):
    """The boot ROM has loaded the image's second stage into RAM, and the core begins there."""

    vectors = 0x1000_0100
    chip = RP2040
    _BOOT2 = 0x2004_1F00
    _SSI, _QSPI_IO, _CHIP_RESET = 0x1800_0000, 0x4001_8000, 0x4006_4000

    def __init__(self, image: Path, sensor: Sensor) -> None:
        super().__init__(image, "pico", "cortex-m0plus", sensor)

    def add_peripherals(self) -> None:
        super().add_peripherals()
        self.map(0x2004_0000, 2 * PAGE_BYTES)
        self._selected, self._exchanged, self._answer = False, 0, 0
        self.peripheral(self._SSI, self._read_ssi, self._write_ssi)
        self.peripheral(self._QSPI_IO, lambda _offset: 0, self._select)
        self.peripheral(
            self._CHIP_RESET,
            lambda offset: self.watchdog.ran_pin << 16 if offset == 8 else 0,
            lambda _offset, _value: None,
        )

    def ticks(self) -> bool:
        return self.watchdog.values.get(0x2C) == 1 << 9 | 12 and self.oscillator.stable()

    def rom_code(self, first: int, second: int) -> int:
        return second

    def _start(self, cause: int) -> None:
        super()._start(cause)
        self.write(self._BOOT2, self.read(0x1000_0000, 256))
        self.set_xip(False)
        self.uc.reg_write(arm_const.UC_ARM_REG_SP, 0x2004_1F00)
        self.uc.reg_write(arm_const.UC_ARM_REG_LR, 0)
        self.uc.reg_write(arm_const.UC_ARM_REG_PC, self._BOOT2)

    def _write_ssi(self, offset: int, value: int) -> None:
        if offset == 0x08 and value:
            self.set_xip(True)
        elif offset == 0x60 and self._selected:
            at = self._exchanged - 5
            self._answer = DEVICE_ID[at] if 0 <= at < len(DEVICE_ID) else 0
            self._exchanged += 1

    def _read_ssi(self, offset: int) -> int:
        return {0x28: 1 << 3, 0x60: self._answer}.get(offset, 0)

    def _select(self, offset: int, value: int) -> None:
        if offset == 0x0C:
            self._selected, self._exchanged = value >> 8 & 3 == 2, 0


class Pico2(Rp2):
    """The boot ROM has found the image's block of metadata, and reads flash in its own way."""

    vectors = 0x1000_0000
    chip = RP2350
    _TICKS, _OTP, _POWMAN, _QMI, _BOOT_RAM = (
        0x4010_8000,
        0x4013_0000,
        0x4010_0000,
        0x400D_0000,
        0x400E_0000,
    )
    # ldr r0, [pc, #4]; movs r1, #0; str r1, [r0]; bx lr; the QMI: it reads flash again.
    _XIP_SETUP = bytes.fromhex("0148002101607047 00000d40")

    def __init__(self, image: Path, sensor: Sensor) -> None:
        super().__init__(image, "pico2", "cortex-m33", sensor)

    def add_peripherals(self) -> None:
        super().add_peripherals()
        self._tick_block = Block(self, self._TICKS)
        self.blocks.append(self._tick_block)
        self.uc.mem_map(self._BOOT_RAM, PAGE_BYTES, UC_PROT_READ)
        self.write(self._BOOT_RAM, self._XIP_SETUP)
        self.peripheral(self._QMI, lambda _offset: 0, lambda _offset, _value: self.set_xip(True))
        self.peripheral(
            self._POWMAN,
            lambda offset: self.watchdog.ran_pin << 18 if offset == 0x2C else 0,
            lambda _offset, _value: None,
        )
        self.peripheral(
            self._OTP,
            lambda offset: int.from_bytes(DEVICE_ID[offset : offset + 4], "little"),
            lambda _offset, _value: None,
        )

    def ticks(self) -> bool:
        values = self._tick_block.values
        return values.get(0x18) == 1 and values.get(0x1C) == 12 and self.oscillator.stable()

    def rom_code(self, first: int, second: int) -> int:
        return first

    def _start(self, cause: int) -> None:
        block = self.read(0x1000_0000, PAGE_BYTES).find(bytes.fromhex("d3deffff42012110ff010000"))
        if block < 0 or block % 4:
            raise EdgekitError("the boot ROM finds no IMAGE_DEF in the image's first 4096 bytes")
        super()._start(cause)

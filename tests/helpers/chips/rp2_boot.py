"""The boot ROMs of the RP2040 and the RP2350, and what only one of the two chips has."""

from collections.abc import Callable

from unicorn import UC_HOOK_CODE, UC_PROT_EXEC, UC_PROT_NONE, UC_PROT_READ, Uc, arm_const

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import PAGE_BYTES
from edgekit.firmware.emulate import chip
from edgekit.firmware.emulate.chip import Entry, vector_entry
from edgekit.firmware.emulate.surroundings import Surroundings

from .blocks import Functions
from .rp2_blocks import Block, Oscillator, Watchdog
from .rp2_flash import DEVICE_ID, Ssi

_XIP = 0x1000_0000
_CRYSTAL_MHZ = 12
# Addresses in the ROM: halfwords that point at the table and at the lookup (RP2040 data sheet
# 2.8.3, RP2350 5.4), and the modelled functions, 16 bytes each.
_TABLE, _LOOKUP_OF_RP2350, _LOOKUP_OF_RP2040 = 0x14, 0x16, 0x18
_LOOKUP, _FLASH = 0x100, 0x110
_FUNCTIONS = ("IF", "EX", "RE", "RP", "FC", "UB", "RB")  # the codes by which the lookup names them
_BOOT_LOADERS = {"UB": (0, 0), "RB": (0x102, 10, 0, 0)}  # RP2040 2.8.3.1.5, RP2350 5.4.8.24
_RETURN, _SLEEP_FOR_EVER = b"\x70\x47", b"\x30\xbf\xfd\xe7"  # bx lr; wfi and back to it
_PROGRAM_BYTES, _PROGRAM_NS, _ERASE_NS = 256, 400_000, 45_000_000  # typical times
_QMI_DIVIDER, _QMI_MOST_MHZ = 3, 50  # of what the RP2350's boot ROM sets up; of command 03h
_NO_CLOCK = 0.0


class Rom:
    """The lookup of functions, and those that erase and write the flash behind it.

    `erase_ns`: how long an erasure takes.
    """

    def __init__(
        self,
        around: Surroundings,
        code_of: Callable[[int, int], int],
        on_exit: Callable[[], None] = lambda: None,
    ) -> None:
        """`code_of`: of a lookup's first two arguments, the function's code.

        `on_exit`: called when the flash has left its mode of reading.
        """
        self.erase_ns = _ERASE_NS
        self._is_on = True
        self._on_exit, self._is_connected, self._has_left_xip = on_exit, False, False
        self._around, self._code_of = around, code_of
        self.is_in_boot_loader = False
        self.on_boot_loader: Callable[[], None] = lambda: None  # the chip starts its own program
        self.while_erasing: Callable[[], None] = lambda: None  # in the middle of it
        memory, records = around.memory, around.records
        memory.map(0, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC)
        entry = (_LOOKUP | 1).to_bytes(2, "little")
        memory.write(_TABLE, b"\x00\x02")
        memory.write(_LOOKUP_OF_RP2350, entry)
        memory.write(_LOOKUP_OF_RP2040, entry)
        memory.write(_LOOKUP, _RETURN)
        for index, code in enumerate(_FUNCTIONS):
            body = _SLEEP_FOR_EVER if code in _BOOT_LOADERS else _RETURN
            memory.write(_FLASH + 16 * index, body)
        memory.uc.hook_add(UC_HOOK_CODE, self._on_call, None, _LOOKUP, _LOOKUP + 0xFF)
        memory.map(records.origin, records.bytes, UC_PROT_READ | UC_PROT_EXEC)
        memory.write(records.origin, b"\xff" * records.bytes)

    def set_xip(self, on: bool) -> None:
        """Let the core read from flash, or not."""
        around = self._around
        if on:
            self._is_connected = self._has_left_xip = False
        if on == self._is_on:
            return
        self._is_on = on
        span = around.flash.bytes + around.records.bytes
        rights = UC_PROT_READ | UC_PROT_EXEC if on else UC_PROT_NONE
        around.memory.uc.mem_protect(around.flash.origin, span, rights)
        if not on:
            around.memory.uc.ctl_flush_tb()  # of code that would else run on from the flash

    def _on_call(self, uc: Uc, at: int, _size: int, _data: object) -> None:
        arguments = [uc.reg_read(arm_const.UC_ARM_REG_R0 + number) for number in range(4)]
        if at == _LOOKUP:
            code = self._code_of(arguments[0], arguments[1]).to_bytes(2, "little").decode()
            index = _FUNCTIONS.index(code)
            uc.reg_write(arm_const.UC_ARM_REG_R0, _FLASH + 16 * index | 1)
            return
        if at % 16:
            return
        function = _FUNCTIONS[(at - _FLASH) // 16]
        if function == "IF":
            self._is_connected = True
        elif function == "EX":
            if not self._is_connected:
                self._around.complaints.append("EX before IF: the flash is not connected")
            self.set_xip(False)
            self._has_left_xip = True
            self._on_exit()
        elif function in ("RE", "RP"):
            self._change_flash(function, arguments)
        elif function in _BOOT_LOADERS and not self.is_in_boot_loader:
            self._start_boot_loader(function, arguments)

    def _start_boot_loader(self, function: str, arguments: list[int]) -> None:
        wanted = _BOOT_LOADERS[function]
        if tuple(arguments[: len(wanted)]) != wanted:
            self._around.complaints.append(f"{function} is called with {arguments}")
        if self._around.has_watchdog():
            self._around.complaints.append("the watchdog will end the boot loader")
        self.is_in_boot_loader = True
        self._around.core_registers.enabled = 0
        self.on_boot_loader()

    def _change_flash(self, function: str, arguments: list[int]) -> None:
        around = self._around
        offset, second, third = arguments[:3]
        at = _XIP + offset
        programs = function == "RP"
        if not self._has_left_xip:
            around.complaints.append(f"{function} while the flash is in its mode of reading")
        size, page = (third, _PROGRAM_BYTES) if programs else (second, PAGE_BYTES)
        if not around.records.holds(at, size) or offset % page or size % page:
            around.complaints.append(f"{function} of {size} bytes at {at:#x} is not allowed")
        elif programs:
            around.write_flash(at, around.memory.read(second, size))
            around.now_ns += _PROGRAM_NS
        else:
            around.memory.write(at, b"\xff" * size)
            around.now_ns += self.erase_ns // 2
            self.while_erasing()
            around.now_ns += self.erase_ns // 2


class Rp2040Boot:
    """The boot ROM has loaded the image's second stage into RAM, and the core begins there."""

    _BOOT2, _BOOT2_BYTES = 0x2004_1F00, 256
    _PADS_QSPI, _IO_QSPI, _VREG_AND_CHIP_RESET = 0x4002_0000, 0x4001_8000, 0x4006_4000
    _GPIO_QSPI_SS_CTRL, _OUTOVER_LOW = 0x0C, 2
    _CHIP_RESET, _HAD_RUN_BIT = 0x8, 16
    _TICK_ENABLE = 1 << 9

    def __init__(self, around: Surroundings, oscillator: Oscillator, watchdog: Watchdog) -> None:
        self._around, self._oscillator, self._watchdog = around, oscillator, watchdog
        self.rom = Rom(around, lambda _table, code: code, lambda: self.ssi.leave_xip())
        self.ssi = Ssi(around, self.rom.set_xip)
        around.memory.map(0x2004_0000, 2 * PAGE_BYTES)
        self.blocks: list[chip.Block] = [
            self.ssi,
            Block(around, self._PADS_QSPI),
            Functions(self._IO_QSPI, write=self._select),
            Functions(self._VREG_AND_CHIP_RESET, self._read_chip_reset),
        ]
        self.resettable: list[Block] = []

    def has_ticks(self) -> bool:
        tick = self._watchdog.values.get(Watchdog.TICK)
        return tick == self._TICK_ENABLE | _CRYSTAL_MHZ and self._oscillator.is_stable()

    def enter(self) -> Entry:
        memory = self._around.memory
        memory.write(self._BOOT2, memory.read(_XIP, self._BOOT2_BYTES))
        self.ssi.set_clock_mhz(_NO_CLOCK)
        self.ssi.reset()
        return Entry(self._BOOT2, self._BOOT2, link=0)

    def _read_chip_reset(self, offset: int) -> int:
        return self._watchdog.ran_pin << self._HAD_RUN_BIT if offset == self._CHIP_RESET else 0

    def set_clock_mhz(self, mhz: float) -> None:
        """Take the core's clock, of which the flash's is made."""
        self.ssi.set_clock_mhz(mhz)

    def _select(self, offset: int, value: int) -> None:
        if offset == self._GPIO_QSPI_SS_CTRL:
            self.ssi.is_forced_low = value >> 8 & 3 == self._OUTOVER_LOW
            if not self.ssi.is_forced_low:
                self.ssi.chip.deselect()


class Rp2350Boot:
    """The boot ROM has found the image's block of metadata, and reads flash in its own way."""

    _TICKS, _OTP, _POWMAN, _QMI, _BOOT_RAM = (
        *(0x4010_8000, 0x4013_0000, 0x4010_0000, 0x400D_0000, 0x400E_0000),
    )
    _TIMER0_CTRL, _TIMER0_CYCLES = 0x18, 0x1C
    _CHIP_RESET, _HAD_RUN_LOW_BIT = 0x2C, 18
    _IMAGE_DEF = bytes.fromhex("d3deffff42012110ff010000")
    # ldr r0, [pc, #4]; movs r1, #0; str r1, [r0]; bx lr; the QMI: it reads flash again.
    _XIP_SETUP = bytes.fromhex("0148002101607047 00000d40")

    def __init__(self, around: Surroundings, oscillator: Oscillator, watchdog: Watchdog) -> None:
        self._around, self._oscillator, self._watchdog = around, oscillator, watchdog
        self.rom = rom = Rom(around, lambda code, _flags: code)
        self._ticks = Block(around, self._TICKS)
        around.memory.map(self._BOOT_RAM, PAGE_BYTES, UC_PROT_READ)
        around.memory.write(self._BOOT_RAM, self._XIP_SETUP)
        self.blocks: list[chip.Block] = [
            Functions(self._QMI, write=lambda _offset, _value: rom.set_xip(True)),
            Functions(self._POWMAN, self._read_chip_reset),
            Functions(self._OTP, lambda at: int.from_bytes(DEVICE_ID[at : at + 4], "little")),
        ]
        self.resettable = [self._ticks]

    def set_clock_mhz(self, mhz: float) -> None:
        """Take the core's clock, of which the flash's is made."""
        if mhz / _QMI_DIVIDER > _QMI_MOST_MHZ:
            self._around.complaints.append(f"the flash is read at {mhz / _QMI_DIVIDER:g} MHz")

    def has_ticks(self) -> bool:
        values = self._ticks.values
        is_on = values.get(self._TIMER0_CTRL) == 1
        is_right = values.get(self._TIMER0_CYCLES) == _CRYSTAL_MHZ
        return is_on and is_right and self._oscillator.is_stable()

    def enter(self) -> Entry:
        memory = self._around.memory
        at = memory.read(_XIP, PAGE_BYTES).find(self._IMAGE_DEF)
        if at < 0 or at % 4:
            raise EdgekitError("the boot ROM finds no IMAGE_DEF in the image's first 4096 bytes")
        return vector_entry(memory, _XIP)

    def _read_chip_reset(self, offset: int) -> int:
        return self._watchdog.ran_pin << self._HAD_RUN_LOW_BIT if offset == self._CHIP_RESET else 0

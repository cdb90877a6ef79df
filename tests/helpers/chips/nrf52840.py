"""The XIAO nRF52840: its image, on peripherals modelled as far as the image uses them.

Registers are named as in Nordic's nRF52840 Product Specification.
"""

from collections.abc import Callable
from pathlib import Path

from edgekit.firmware.build.board import PAGE_BYTES, board
from edgekit.firmware.emulate.chip import Block, Entry, vector_entry
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import SOFTWARE, Surroundings
from edgekit.firmware.emulate.system import System

from .blocks import Functions
from .nrf_clocks import HW_DISABLED, Clock, Rtc, Timer, Watchdog
from .nrf_peripheral import OnEvent, Peripheral
from .nrf_pins import Gpio, Gpiote
from .nrf_pwm import Pwm
from .nrf_saadc import Saadc
from .nrf_serial import Twim, Uarte
from .nrf_usb import Usbd
from .nrf_usb_trims import Trims

REVISION_2, REVISION_3 = 3, 5  # FICR's word for them, as nrfx reads it
DEVICE_ID = bytes.fromhex("fedcba9876543210")
VECTORS = 0x27000  # the boot loader leaves by this image's first two words
_FICR, _DEVICEID, _PART, _REVISION = 0x1000_0000, 0x60, 0x130, 0x134
_PART_NRF52840 = 8
_UICR, _UICR_APPROTECT = 0x1000_1000, 0x208
_NVMC, _PPI, _ANOMALIES = 0x4001_E000, 0x4001_F000, 0x4007_A000
ANOMALY_246 = 0xC84  # of _ANOMALIES: where its cure is written (errata)
_CHENSET, _CH0_EEP, _CH0_TEP = 0x504, 0x510, 0x514  # of PPI
_MOTOR_PIN = 2
_ALL, _USB = (1 << 48) - 1, 1 << 39  # interrupts
_SYSTICK_PENDING = 1 << 26  # of ICSR
_WRITES_TO_A_WORD = 2  # between erasures: nWRITE


def nrf52840(image: Path, sensor: SimulatedSensor) -> "System[Nrf52840]":
    """Power on the XIAO nRF52840."""
    return System(image, board("xiao-nrf52840"), "cortex-m4", sensor, Nrf52840)


class Nrf52840:
    """`revision` of the chip; `debug_allowed`: UICR.APPROTECT says that a probe may connect."""

    revision, debug_allowed = REVISION_3, True

    def __init__(self, around: Surroundings) -> None:
        self._around, event = around, self._event
        self.gpio = Gpio(around, event, self._advance)
        self.clock, self.gpiote = Clock(around, event), Gpiote(around, event, self.gpio)
        self.uarte = Uarte(around, event, self.clock, self.gpiote)
        self._timers = [Timer(around, event, number, self._advance) for number in (0, 1)]
        self.nvmc, self._rtc = Nvmc(around, event, self.clock), Rtc(around, event)
        self._ppi = Peripheral(around, _PPI, event)
        self.anomalies = Peripheral(around, _ANOMALIES, event)
        self._pwm = Pwm(around, event, self.gpio)
        self.usbd_trims = Trims(around, event)
        self.usbd = Usbd(around, event, self.clock, self.usbd_trims)
        self.saadc = Saadc(around, event, self.gpio)
        self.boot_loader_visits = 0
        self._peripherals: list[Peripheral] = [
            *(self.clock, self.uarte, Twim(around, event), self.gpiote, self.gpio, *self._timers),
            *(Watchdog(around, event), self._rtc, self.nvmc, self._ppi, self.anomalies),
            *(self.usbd_trims, self.usbd, self._pwm, self.saadc),
        ]
        self.blocks: list[Block] = [
            *self._peripherals,
            self.nvmc.records_block(),
            Functions(_FICR, self._factory_word),
            Functions(_UICR, self._user_word),
        ]

    def reset(self, cause: int) -> Entry:
        is_wanted = cause == SOFTWARE and self.clock.boot_loader_is_wanted
        self.boot_loader_visits += is_wanted  # after which the same image is started again
        for peripheral in self._peripherals:
            peripheral.reset()
        self.clock.reset_for(cause)
        if is_wanted:
            self.usbd.leave_running()
        self._rtc.leave_running()  # the boot loader has been here
        registers = self._around.core_registers
        registers.enabled, registers.pending = _ALL, _USB
        registers.system_pending = _SYSTICK_PENDING
        return vector_entry(self._around.memory, VECTORS)

    @property
    def debug_open(self) -> bool:
        """Whether a probe can connect: since revision 3 the image must open the port, too."""
        is_opened = self.clock.values.get(Clock.APPROTECT_DISABLE) == HW_DISABLED
        return self.debug_allowed and (self.revision < REVISION_3 or is_opened)

    def _factory_word(self, offset: int) -> int:
        at = offset - _DEVICEID
        if 0 <= at < len(DEVICE_ID):
            return int.from_bytes(DEVICE_ID[at : at + 4], "little")
        return {_PART: _PART_NRF52840, _REVISION: self.revision}.get(offset, 0xFFFFFFFF)

    def _user_word(self, offset: int) -> int:
        is_allowed = offset == _UICR_APPROTECT and self.debug_allowed
        return HW_DISABLED if is_allowed else 0xFFFFFFFF

    @property
    def motor(self) -> tuple[float, float]:
        """The share of time that the motor is on, and how often a second it is switched."""
        if not self._pwm.duty and not self.gpio.drives_low(_MOTOR_PIN):
            self._around.complaints.append("the motor's pin floats")
        return self._pwm.duty, self._pwm.hz

    def interrupt_lines(self) -> int:
        # An interrupt's number is in its peripheral's address (product specification, 7.3).
        return sum(1 << (p.base >> 12 & 0x3F) for p in self._peripherals if p.interrupt())

    def next_event_ns(self) -> int:
        return min(self._around.next_outside_ns(), *(p.next_ns() for p in self._peripherals))

    def _advance(self) -> None:
        for peripheral in self._peripherals:
            peripheral.advance()

    def _event(self, address: int) -> None:
        """Pass an event through PPI's channel 0, the only one that is used."""
        wires = self._ppi.values
        is_wired = wires.get(_CHENSET, 0) & 1 and wires.get(_CH0_EEP) == address
        for timer in self._timers if is_wired else ():
            if wires.get(_CH0_TEP) == timer.base + Timer.COUNT:
                timer.task(Timer.COUNT)


class Nvmc(Peripheral):
    """With the records' flash itself, whose words are written through it."""

    ICACHECNF = 0x540
    _READY, _CONFIG, _ERASEPAGE = 0x400, 0x504, 0x508
    _CONFIG_WRITE, _CONFIG_ERASE = 1, 2
    _WRITE_NS, _ERASE_NS = 41_000, 85_000_000

    def __init__(self, around: Surroundings, on_event: OnEvent, clock: Clock) -> None:
        super().__init__(around, _NVMC, on_event)
        self.while_erasing: Callable[[], None] = lambda: None  # the core stands still
        self._clock = clock
        self._flash = bytearray(b"\xff" * around.records.bytes)
        self._writes: dict[int, int] = {}

    def records_block(self) -> Block:
        records = self.around.records
        pages = records.bytes // PAGE_BYTES
        return Functions(records.origin, self._word, self._write_word, pages)

    def read(self, offset: int) -> int:
        return 1 if offset == self._READY else super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == self._ERASEPAGE:
            at = value - self.around.records.origin
            is_allowed = self.values.get(self._CONFIG) == self._CONFIG_ERASE
            if not is_allowed or at % PAGE_BYTES or at >= len(self._flash):
                self.around.complaints.append(f"an erasure of {value:#x} that is not allowed")
                return
            self._flash[at : at + PAGE_BYTES] = b"\xff" * PAGE_BYTES
            for word in range(at, at + PAGE_BYTES, 4):
                self._writes.pop(word, None)
            self._check_supply()
            self.around.pass_ns(self._ERASE_NS // 2)
            self.while_erasing()
            self.around.pass_ns(self._ERASE_NS // 2)

    def _word(self, offset: int) -> int:
        return int.from_bytes(self._flash[offset : offset + 4], "little")

    def _write_word(self, offset: int, value: int) -> None:
        complaints = self.around.complaints
        if self.values.get(self._CONFIG) != self._CONFIG_WRITE or offset % 4:
            complaints.append(f"a write to flash at {offset:#x} that is not allowed")
            return
        self._writes[offset] = self._writes.get(offset, 0) + 1
        if self._writes[offset] > _WRITES_TO_A_WORD:
            complaints.append(f"word {offset:#x} of the records written a third time")
        self._flash[offset : offset + 4] = (self._word(offset) & value).to_bytes(4, "little")
        self._check_supply()
        self.around.pass_ns(self._WRITE_NS)

    def _check_supply(self) -> None:
        if self._clock.warns_of_supply:
            self.around.complaints.append("flash is written with POFCON on (anomaly 242)")

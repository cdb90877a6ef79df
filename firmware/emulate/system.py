"""A microcontroller: a machine, the chip around its core, and a run of both through time.

No interrupt is taken: the boards' start-up keeps them masked, so they only wake the core
(cortex_m.h).
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from unicorn import UC_PROT_EXEC, UC_PROT_READ, Uc, UcError, arm_const

from edgekit.signals import held_signals

from ..build.board import Board
from .chip import Block, Chip
from .core_time import CoreTime
from .machine import MAPPED_BYTES, Fault, Machine, MachineFaultError
from .simulated_sensor import SimulatedSensor
from .surroundings import CAUSES, PIN, POWER, Surroundings

ACCESS_NS = 250
STALL_S = 20.0  # of this machine's time
MOST_FAULTS = 100
_FOR_EVER = 0xFFFF_FFFE  # an address that is never reached
_HARD_FAULT, _RETURN_TO_MAIN_STACK = 3, 0xFFFF_FFF9
_WFI = b"\x30\xbf"
_REGISTERS = [getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(13)]
_FRAME = (
    *_REGISTERS[:4],
    arm_const.UC_ARM_REG_R12,
    arm_const.UC_ARM_REG_LR,
    arm_const.UC_ARM_REG_PC,
    arm_const.UC_ARM_REG_XPSR,
)
ChipT = TypeVar("ChipT", bound=Chip)


class System(Generic[ChipT]):
    """An image on a chip; `sent` and `receive` are the other end of its serial line."""

    def __init__(
        self,
        image: Path,
        board: Board,
        core: str,
        sensor: SimulatedSensor,
        make_chip: Callable[[Surroundings], ChipT],
    ) -> None:
        """Power on. Raises EdgekitError for an image that the core or the boot ROM refuses.

        Where the board's clock is known, time passes for what the core executes, too.
        """
        self.board, self.sensor = board, sensor
        self.memory = Machine(core)
        self.around = Surroundings(self.memory, board, sensor)
        self.sleeps = 0
        self.resets: list[str] = []  # the causes, the first power-on not among them
        self.faults: list[str] = []  # reports of what the fault handler was entered for
        self._is_asleep = False
        self._done: int | None = None  # the value of the access that the core was stopped in
        flash, ram = self.around.flash, self.around.ram
        self.memory.map(flash.origin, flash.bytes, UC_PROT_READ | UC_PROT_EXEC)
        self.memory.write(flash.origin, b"\xff" * flash.bytes)
        self.memory.map(ram.origin, ram.bytes)
        # What a power-on leaves there: a start-up that clears nothing is noticed.
        pattern = bytes(i * 37 & 0xFF for i in range(256))
        self.memory.write(ram.origin, pattern * (ram.bytes // 256))
        self.chip = make_chip(self.around)
        for block in (self.around.core_registers, *self.chip.blocks):
            self._map(block)
        self.memory.load_elf(image, at_run=False)
        has_clock = board.clock_hz is not None and board.flash_reads is not None
        self.core_time = CoreTime(self.around, image, board, core) if has_clock else None
        self._start(POWER)

    @property
    def sent(self) -> bytearray:
        """The bytes that the device sent; whoever read them may clear them."""
        return self.around.sent

    @property
    def complaints(self) -> list[str]:
        """What the image did that the chip does not allow; a test expects none."""
        return self.around.complaints

    @property
    def now_us(self) -> int:
        return self.around.now_us

    def run(self, for_us: int) -> None:
        self.run_until(lambda: False, for_us)

    def run_until(self, is_met: Callable[[], bool], limit_us: int) -> bool:
        """Run until a condition holds, looked at whenever the core sleeps; False at the limit.

        Ctrl-C ends a run there, too. Raises MachineFaultError for a fault without a handler, and
        for a core that loops for STALL_S without an access to a peripheral.
        """
        around = self.around
        around.end_ns = around.now_ns + limit_us * 1000
        with self._stall_watch() as stalled, held_signals() as came:
            while not is_met():
                if came or around.now_ns >= around.end_ns:
                    return False
                self._step()
                if stalled.is_set():
                    pc = self.memory.uc.reg_read(arm_const.UC_ARM_REG_PC)
                    raise MachineFaultError(
                        f"it loops in {self.memory.where(pc)} without touching a peripheral"
                    )
        return True

    def receive(self, data: bytes) -> None:
        """Send bytes to the device, from now on, at 115200 baud."""
        self.around.receive(data)

    def reset(self, cause: int = PIN) -> None:
        """Reset as the reset pin does; POWER also clears the RAM."""
        self.around.reset_wanted = cause
        self._restart()

    @contextlib.contextmanager
    def _stall_watch(self) -> Iterator[threading.Event]:
        """Watch from another thread; stop a core for which no time passes, and set the event."""
        stalled, done = threading.Event(), threading.Event()

        def watch() -> None:
            seen_ns = -1
            while not done.wait(STALL_S):
                charged_ns = self.core_time.charged_ns if self.core_time else 0
                if self.around.now_ns - charged_ns == seen_ns:
                    stalled.set()
                    self.memory.uc.emu_stop()
                seen_ns = self.around.now_ns - charged_ns

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield stalled
        finally:
            done.set()
            thread.join()

    def _map(self, block: Block) -> None:
        around = self.around

        # unicorn repeats an access that it was stopped in: the second time the block is left alone.
        def on_read(_uc: Uc, offset: int, size: int, _data: object) -> int:
            if self._done is not None:
                value, self._done = self._done, None
                return value
            around.pass_ns(ACCESS_NS)
            value = block.read(offset & ~3) >> 8 * (offset & 3) & (1 << 8 * size) - 1
            if around.is_paused:
                self._stop_in_access(value)
            return value

        def on_write(_uc: Uc, offset: int, _size: int, value: int, _data: object) -> None:
            if self._done is not None:
                self._done = None
                return
            around.pass_ns(ACCESS_NS)
            block.write(offset, value & 0xFFFFFFFF)
            if around.is_paused:
                self._stop_in_access(0)

        self.memory.uc.mmio_map(
            block.base, block.pages * MAPPED_BYTES, on_read, None, on_write, None
        )

    def _stop_in_access(self, value: int) -> None:
        self._done = value
        self.memory.uc.emu_stop()

    def _start(self, cause: int) -> None:
        """Enter the image as after a reset."""
        self.around.forget_core()
        self._is_asleep = False
        self._done = None
        entry = self.chip.reset(cause)
        uc = self.memory.uc
        for register in _REGISTERS:
            uc.reg_write(register, 0)
        uc.reg_write(arm_const.UC_ARM_REG_SP, entry.stack_pointer)
        uc.reg_write(arm_const.UC_ARM_REG_LR, entry.link)
        uc.reg_write(arm_const.UC_ARM_REG_PC, entry.program_counter)

    def _restart(self) -> None:
        cause, self.around.reset_wanted = self.around.reset_wanted, None
        assert cause is not None
        self.resets.append(CAUSES[cause])
        if cause == POWER:
            ram = self.around.ram
            self.memory.write(ram.origin, bytes(ram.bytes))
        self._start(cause)

    def _step(self) -> None:
        """Go on to the next sleep, reset, fault, or the end of the run."""
        if self.around.is_off:
            if self.around.reset_wanted is None:
                self.around.sleep_until(lambda: False, self.around.next_outside_ns)
        elif self._is_asleep:
            lines = self.chip.interrupt_lines
            registers = self.around.core_registers
            self._is_asleep = not self.around.sleep_until(
                lambda: registers.is_woken(lines()), self.chip.next_event_ns
            )
        else:
            self._execute()
        if self.around.reset_wanted is not None:
            self._restart()

    def _execute(self) -> None:
        uc, around = self.memory.uc, self.around
        around.is_paused = False
        fault = self.memory.execute(uc.reg_read(arm_const.UC_ARM_REG_PC), _FOR_EVER)
        if fault is not None:
            self._enter_fault(fault)
            return
        pc = uc.reg_read(arm_const.UC_ARM_REG_PC)
        self._is_asleep = not around.is_paused and self.memory.read(pc - 2, 2) == _WFI
        self.sleeps += self._is_asleep
        if self._is_asleep and self.around.core_registers.system_pending:
            self.around.complain_once("WFI would end at once: SysTick or PendSV is pending")

    def _enter_fault(self, fault: Fault) -> None:
        """Enter HardFault as a v7-M does: eight words on the stack, where there is one."""
        uc, registers = self.memory.uc, self.around.core_registers
        stack = uc.reg_read(arm_const.UC_ARM_REG_SP) - 32 & ~7
        frame = b"".join(
            (uc.reg_read(register) & 0xFFFFFFFF).to_bytes(4, "little") for register in _FRAME
        )
        # Where the stack ran out, the handler finds a frame that lies outside of it.
        with contextlib.suppress(UcError):
            self.memory.write(stack, frame)
        registers.set_fault(fault.address)
        if registers.vectors is None:
            raise MachineFaultError(f"before it had a vector table, {fault.report}")
        handler = self.memory.read(registers.vectors + 4 * _HARD_FAULT, 4)
        self.faults.append(fault.report)
        if len(self.faults) > MOST_FAULTS:
            raise MachineFaultError(f"it faults again and again; the last was {fault.report}")
        uc.reg_write(arm_const.UC_ARM_REG_SP, stack)
        uc.reg_write(arm_const.UC_ARM_REG_LR, _RETURN_TO_MAIN_STACK)
        uc.reg_write(arm_const.UC_ARM_REG_PC, int.from_bytes(handler, "little"))

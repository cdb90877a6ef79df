"""A microcontroller: a core with its flash, RAM, interrupt lines, resets, and time of its own.

Time passes while the core sleeps, a little with each access to a peripheral, and not for plain
instructions: a run is the same every time, and a night is as long as its work. No interrupt is
taken: the boards' start-up keeps them masked, so they only wake the core (cortex_m.h).
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from unicorn import (
    UC_PROT_EXEC,
    UC_PROT_READ,
    Uc,
    UcError,
    arm_const,
)

from edgekit.signals import held_signals

from ..build.board import Board, Memory
from .guard import Guard
from .machine import PAGE_BYTES, Machine, MachineFaultError
from .private_bus import PrivateBus
from .sensor import NEVER_US, Sensor

ACCESS_NS = 250
NEVER_NS = 1 << 80
WATCHDOG_NS = 8_000_000_000
SERIAL_BYTE_NS = 86_806  # 10 bits at 115200

CAUSES = ("power", "pin", "watchdog", "fault", "software")
POWER, PIN, WATCHDOG, FAULT, SOFTWARE = range(5)

_HARD_FAULT = 3
_REGISTERS = [getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(13)]
_FRAME = (
    *_REGISTERS[:4],
    arm_const.UC_ARM_REG_R12,
    arm_const.UC_ARM_REG_LR,
    arm_const.UC_ARM_REG_PC,
    arm_const.UC_ARM_REG_XPSR,
)
Read = Callable[[int], int]
Write = Callable[[int, int], None]


class System(Machine):
    """Subclasses give the peripherals; `sent` and `receive` are the serial line's other end."""

    vectors: int  # where the boot loader, or the core, finds the image's first two words

    def __init__(self, image: Path, board: Board, core: str, sensor: Sensor) -> None:
        super().__init__(core)
        assert board.flash is not None and board.ram is not None and board.records is not None
        self.board, self.sensor = board, sensor
        self.records: Memory = board.records
        self.sent = bytearray()
        self.now_ns = 0
        self.sleeps = 0
        self.resets: list[str] = []  # the causes, the first power-on not among them
        self.faults: list[str] = []  # what the fault handler was entered for
        self._waiting: list[tuple[int, int]] = []  # bytes to the device: when each is there
        self._end_ns = 0
        self._fed_ns: int | None = None
        self._asleep = self._paused = False
        self._done: int | None = None  # what the access gave that the core was stopped in
        self._reset_wanted: int | None = None
        self.core_registers = PrivateBus(lambda: self.want_reset(SOFTWARE))
        self.uc.mem_map(board.flash.origin, _pages(board.flash.bytes), UC_PROT_READ | UC_PROT_EXEC)
        self._pages |= set(range(board.flash.origin // PAGE_BYTES, board.flash.end // PAGE_BYTES))
        self.write(board.flash.origin, b"\xff" * board.flash.bytes)
        self.map(board.ram.origin, board.ram.bytes)
        # What a power-on leaves there: a start-up that clears nothing is noticed.
        self.write(
            board.ram.origin, bytes(i * 37 & 0xFF for i in range(256)) * (board.ram.bytes // 256)
        )
        self.peripheral(PrivateBus.base, self.core_registers.read, self.core_registers.write)
        self.add_peripherals()
        self.load_elf(image, at_run=False)
        self._start(POWER)

    # What a board adds.

    def add_peripherals(self) -> None:
        raise NotImplementedError

    def reset_peripherals(self, cause: int) -> None:
        raise NotImplementedError

    def interrupt_lines(self) -> int:
        """One bit for each of the NVIC's interrupts that a peripheral now asks for."""
        raise NotImplementedError

    def next_event_ns(self) -> int:
        """When a peripheral will next do something by itself."""
        raise NotImplementedError

    # What a user does.

    def run(self, for_us: int) -> None:
        self.run_until(lambda: False, for_us)

    def run_until(self, met: Callable[[], bool], limit_us: int) -> bool:
        """False when it was not met within this time; asked whenever the core sleeps.

        Ctrl-C ends it there, too.
        """
        self._end_ns = self.now_ns + limit_us * 1000
        guard = Guard(self)
        try:
            with held_signals() as came:
                while not met():
                    if came or self.now_ns >= self._end_ns:
                        return False
                    self._step()
                    guard.check()
        finally:
            guard.stop()
        return True

    def receive(self, data: bytes) -> None:
        """The host sends these bytes, from now on, at 115200 baud."""
        at = max(self.now_ns, self._waiting[-1][0] if self._waiting else 0)
        for byte in data:
            at += SERIAL_BYTE_NS
            self._waiting.append((at, byte))

    def reset(self, cause: int = PIN) -> None:
        """As the reset pin does; POWER also forgets the RAM."""
        self._reset_wanted = cause
        self._restart()

    @property
    def now_us(self) -> int:
        return self.now_ns // 1000

    # What peripherals use.

    def peripheral(self, base: int, read: Read, write: Write, pages: int = 1) -> None:
        """Registers of 32 bits; `read` and `write` get the offset from base."""

        def on_read(_uc: Uc, offset: int, size: int, _data: object) -> int:
            def word() -> int:
                return read(offset & ~3) >> 8 * (offset & 3) & (1 << 8 * size) - 1

            return self._access(word)

        def on_write(_uc: Uc, offset: int, _size: int, value: int, _data: object) -> None:
            def act() -> int:
                write(offset, value & 0xFFFFFFFF)
                return 0

            self._access(act)

        self.uc.mmio_map(base, pages * PAGE_BYTES, on_read, None, on_write, None)

    def pass_ns(self, ns: int) -> None:
        self.now_ns += ns
        if self._fed_ns is not None and self.now_ns - self._fed_ns >= WATCHDOG_NS:
            self.want_reset(WATCHDOG)
        if self.now_ns >= self._end_ns:
            self.pause()

    def pause(self) -> None:
        """After the access under way, run_until's condition is asked."""
        self._paused = True

    def sensor_line(self) -> bool:
        self.sensor.advance(self.now_us)
        return self.sensor.interrupt()

    def serial_waits(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= self.now_ns

    def first_waiting_ns(self) -> int:
        """When the oldest byte that was not taken came, or will come."""
        return self._waiting[0][0] if self._waiting else NEVER_NS

    def serial_take(self) -> int | None:
        return self._waiting.pop(0)[1] if self.serial_waits() else None

    def next_outside_ns(self) -> int:
        """The sensor's next sample or the line's next byte."""
        sensor_us = self.sensor.next_us()
        sensor = NEVER_NS if sensor_us == NEVER_US else sensor_us * 1000
        line = self.first_waiting_ns()
        return min(sensor, line if line > self.now_ns else NEVER_NS)

    def feed(self) -> None:
        self._fed_ns = self.now_ns

    def want_reset(self, cause: int) -> None:
        if self._reset_wanted is None:
            self._reset_wanted = cause
        self.pause()

    def sleep_until(self, woken: Callable[[], bool], next_ns: Callable[[], int]) -> bool:
        """Lets time pass; False when the run's time or the watchdog came first."""
        while not woken():
            bites = NEVER_NS if self._fed_ns is None else self._fed_ns + WATCHDOG_NS
            at = min(next_ns(), bites, self._end_ns)
            self.pass_ns(max(at - self.now_ns, 0))
            self.sensor.advance(self.now_us)
            if self._reset_wanted is not None:
                return False
            if self.now_ns >= self._end_ns:
                return woken()
        return True

    def write_flash(self, at: int, data: bytes) -> None:
        """Clears bits only."""
        self.write(at, bytes(a & b for a, b in zip(self.read(at, len(data)), data, strict=True)))

    # The core.

    def _access(self, act: Callable[[], int]) -> int:
        """unicorn does an access once more that it was stopped in: the second time nothing acts."""
        if self._done is not None:
            done, self._done = self._done, None
            return done
        self.pass_ns(ACCESS_NS)
        done = act()
        if self._paused:
            self._done = done
            self.uc.emu_stop()
        return done

    def _start(self, cause: int) -> None:
        """From the image's vector table, as after a reset."""
        self.core_registers.reset()
        self._asleep = False
        self._done = None
        self._fed_ns = None
        self.reset_peripherals(cause)
        for register in _REGISTERS:
            self.uc.reg_write(register, 0)
        stack, entry = (int.from_bytes(self.read(self.vectors + at, 4), "little") for at in (0, 4))
        self.uc.reg_write(arm_const.UC_ARM_REG_SP, stack)
        self.uc.reg_write(arm_const.UC_ARM_REG_LR, 0xFFFFFFFF)
        self.uc.reg_write(arm_const.UC_ARM_REG_PC, entry)

    def _restart(self) -> None:
        cause, self._reset_wanted = self._reset_wanted, None
        assert cause is not None and self.board.ram is not None
        self.resets.append(CAUSES[cause])
        if cause == POWER:
            self.write(self.board.ram.origin, bytes(self.board.ram.bytes))
        self._start(cause)

    def _step(self) -> None:
        """Up to the next sleep, reset, fault, or the end of the run's time."""
        if self._asleep:
            self._asleep = not self.sleep_until(
                lambda: self.core_registers.woken(self.interrupt_lines()), self.next_event_ns
            )
        else:
            self._execute()
        if self._reset_wanted is not None:
            self._restart()

    def _execute(self) -> None:
        pc = self.uc.reg_read(arm_const.UC_ARM_REG_PC)
        self._wrong_access, self._wrong_at = "", None
        self._paused = False
        try:
            self.uc.emu_start(pc | 1, 0xFFFF_FFFE)
        except UcError as error:
            self._enter_fault(error)
            return
        pc = self.uc.reg_read(arm_const.UC_ARM_REG_PC)
        self._asleep = not self._paused and self.read(pc - 2, 2) == b"\x30\xbf"  # WFI
        self.sleeps += self._asleep

    def _enter_fault(self, error: UcError) -> None:
        """HardFault: eight words on the stack, where there is one; CFSR and BFAR as v7-M's."""
        report = self._report(error)
        stack = self.uc.reg_read(arm_const.UC_ARM_REG_SP) - 32 & ~7
        frame = b"".join(
            (self.uc.reg_read(register) & 0xFFFFFFFF).to_bytes(4, "little") for register in _FRAME
        )
        # Where the stack ran out, the handler finds a frame that lies outside of it.
        with contextlib.suppress(UcError):
            self.write(stack, frame)
        self.core_registers.tell_fault(self._wrong_at)
        vectors = self.core_registers.vectors
        if vectors is None:
            raise MachineFaultError(f"before it had a vector table, {report}")
        handler = int.from_bytes(self.read(vectors + 4 * _HARD_FAULT, 4), "little")
        self.faults.append(report)
        if len(self.faults) > 100:
            raise MachineFaultError(f"it faults again and again; the last was {report}")
        self.uc.reg_write(arm_const.UC_ARM_REG_SP, stack)
        self.uc.reg_write(arm_const.UC_ARM_REG_LR, 0xFFFFFFF9)
        self.uc.reg_write(arm_const.UC_ARM_REG_PC, handler)


def _pages(size: int) -> int:
    return -(-size // PAGE_BYTES) * PAGE_BYTES

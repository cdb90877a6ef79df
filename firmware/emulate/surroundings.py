"""What the blocks of an emulated chip reach beside their registers: time, memory, sensor, line.

Time passes while the core sleeps, a little with each access to a peripheral, and for plain
instructions where the board's clock is known (core_time.py). A run is the same every time.
"""

from collections.abc import Callable

from ..build.board import Board
from .core_registers import CoreRegisters
from .machine import Machine
from .simulated_sensor import NEVER_US, SimulatedSensor

NEVER_NS = 1 << 80
WATCHDOG_NS = 8_000_000_000
SERIAL_BYTE_NS = 86_806  # 10 bits at 115200

CAUSES = ("power", "pin", "watchdog", "fault", "software")
POWER, PIN, WATCHDOG, FAULT, SOFTWARE = range(5)


class Surroundings:
    """Shared by all blocks of a chip, and by the System that runs it.

    `memory` is read and written by DMA; `complaints` are of what an image did that the chip does
    not allow, or that its data sheet warns of.
    """

    def __init__(self, memory: Machine, board: Board, sensor: SimulatedSensor) -> None:
        assert board.flash is not None and board.ram is not None and board.records is not None
        self.memory, self.sensor = memory, sensor
        self.flash, self.ram, self.records = board.flash, board.ram, board.records
        self.core_registers = CoreRegisters(lambda: self.want_reset(SOFTWARE))
        self.complaints: list[str] = []
        self.sent = bytearray()  # by the device, over its serial line
        self.now_ns = 0
        self.end_ns = 0  # of the run under way
        self.is_paused = False  # the core stops after the access under way
        self.reset_wanted: int | None = None
        self.is_off = False  # the chip has switched itself off
        self._fed_ns: int | None = None
        self._waiting: list[tuple[int, int]] = []  # bytes to the device: when each arrives

    def complain_once(self, complaint: str) -> None:
        if complaint not in self.complaints:
            self.complaints.append(complaint)

    # Time.

    @property
    def now_us(self) -> int:
        return self.now_ns // 1000

    def pass_ns(self, ns: int) -> None:
        """Let time pass; the watchdog's time, or the end of the run, may come."""
        self.now_ns += ns
        if self._fed_ns is not None and self.now_ns - self._fed_ns >= WATCHDOG_NS:
            self.want_reset(WATCHDOG)
        if self.now_ns >= self.end_ns:
            self.pause()

    def sleep_until(self, is_woken: Callable[[], bool], next_ns: Callable[[], int]) -> bool:
        """Let time pass event by event; False when the run's end or a reset came first."""
        while not is_woken():
            bites_ns = NEVER_NS if self._fed_ns is None else self._fed_ns + WATCHDOG_NS
            at_ns = min(next_ns(), bites_ns, self.end_ns)
            self.pass_ns(max(at_ns - self.now_ns, 0))
            self.sensor.advance(self.now_us)
            if self.reset_wanted is not None:
                return False
            if self.now_ns >= self.end_ns:
                return is_woken()
        return True

    def next_outside_ns(self) -> int:
        """Return the time of the sensor's next sample or the line's next byte."""
        sensor_us = self.sensor.next_us()
        sensor_ns = NEVER_NS if sensor_us == NEVER_US else sensor_us * 1000
        line_ns = self.first_waiting_ns()
        return min(sensor_ns, line_ns if line_ns > self.now_ns else NEVER_NS)

    def pause(self) -> None:
        """Stop the core after the access under way, so that the run's condition is looked at."""
        self.is_paused = True

    # Resets.

    def feed_watchdog(self) -> None:
        self._fed_ns = self.now_ns

    def stop_watchdog(self) -> None:
        self._fed_ns = None

    def has_watchdog(self) -> bool:
        return self._fed_ns is not None

    def want_reset(self, cause: int) -> None:
        """Reset the chip after the access under way; the first of several causes counts."""
        if self.reset_wanted is None:
            self.reset_wanted = cause
        self.pause()

    def power_off(self) -> None:
        """Switch the chip off, until a reset; its watchdog does not run either."""
        self.is_off, self._fed_ns = True, None
        self.pause()

    def wake_by_usb(self, has_usb_power: bool) -> None:
        """Start a chip anew that is off, as USB's supply does."""
        if self.is_off and has_usb_power:
            self.want_reset(POWER)

    def resume(self) -> None:
        """Let a chip that is off go on where it was, as one whose clock stopped does."""
        self.is_off = False

    def forget_core(self) -> None:
        """Reset the core's own registers; the watchdog does not run."""
        self.is_off = False
        self.core_registers.reset()
        self._fed_ns = None

    # The sensor and the serial line.

    def sensor_line(self) -> bool:
        """Whether the sensor's INT1 is high."""
        self.sensor.advance(self.now_us)
        return self.sensor.interrupt()

    def receive(self, data: bytes) -> None:
        """Send bytes to the device, from now on, at 115200 baud."""
        at_ns = max(self.now_ns, self._waiting[-1][0] if self._waiting else 0)
        for byte in data:
            at_ns += SERIAL_BYTE_NS
            self._waiting.append((at_ns, byte))

    def serial_waits(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= self.now_ns

    def first_waiting_ns(self) -> int:
        """Return when the oldest byte that was not read arrived, or will arrive."""
        return self._waiting[0][0] if self._waiting else NEVER_NS

    def read_serial(self) -> int | None:
        """Read one byte from the line; None where none waits."""
        return self._waiting.pop(0)[1] if self.serial_waits() else None

    # Flash.

    def write_flash(self, at: int, data: bytes) -> None:
        """Program flash, which clears bits only."""
        old = self.memory.read(at, len(data))
        self.memory.write(at, bytes(a & b for a, b in zip(old, data, strict=True)))

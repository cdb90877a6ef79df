"""What Nordic's peripherals have in common: tasks, events, shortcuts, and interrupts of events."""

from typing import TYPE_CHECKING

from edgekit.firmware.emulate.system import NEVER_NS

if TYPE_CHECKING:
    from .nrf52840 import Nrf52840

EVENTS = 0x100
INTENSET, INTENCLR = 0x304, 0x308


class Peripheral:
    """Registers keep what is written; subclasses act on tasks and on time."""

    def __init__(self, system: "Nrf52840", base: int) -> None:
        self.system, self.base = system, base
        self.values: dict[int, int] = {}
        self._interrupts = 0  # bit n: of the event at 0x100 + 4 n
        self._later = Later(self)
        system.peripheral(base, self.read, self.write)

    def read(self, offset: int) -> int:
        self.advance()
        return self.values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        self.advance()
        if offset < EVENTS:
            if value:
                self.task(offset)
        elif offset == INTENSET:
            self._interrupts |= value
        elif offset == INTENCLR:
            self._interrupts &= ~value
        else:
            self.values[offset] = value

    def event(self, offset: int) -> None:
        self.values[offset] = 1
        self.system.event(self.base + offset)

    def interrupt(self) -> bool:
        self.advance()
        return any(
            self._interrupts >> (offset - EVENTS) // 4 & 1
            for offset, value in self.values.items()
            if EVENTS <= offset < 0x180 and value
        )

    def enabled(self, event: int) -> bool:
        return bool(self._interrupts >> (event - EVENTS) // 4 & 1)

    def task(self, offset: int) -> None:
        """One that is not modelled does nothing."""

    def advance(self) -> None:
        """What happened up to now."""
        self._later.advance()

    def next_ns(self) -> int:
        return self._later.next_ns()

    def reset(self) -> None:
        self.values.clear()
        self._interrupts = 0
        self._later.clear()


class Later:
    """Events that a peripheral has started, and will meet."""

    def __init__(self, peripheral: Peripheral) -> None:
        self._peripheral = peripheral
        self._events: list[tuple[int, int]] = []

    def add(self, ns: int, offset: int) -> None:
        self._events.append((self._peripheral.system.now_ns + ns, offset))

    def clear(self) -> None:
        self._events.clear()

    def advance(self) -> None:
        now_ns = self._peripheral.system.now_ns
        due = [offset for at, offset in self._events if at <= now_ns]
        self._events = [(at, offset) for at, offset in self._events if at > now_ns]
        for offset in due:
            self._peripheral.event(offset)

    def next_ns(self) -> int:
        return min((at for at, _ in self._events), default=NEVER_NS)

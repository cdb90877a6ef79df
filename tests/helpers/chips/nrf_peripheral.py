"""What Nordic's peripherals have in common: tasks, events, shortcuts, and interrupts of events."""

from collections.abc import Callable

from edgekit.firmware.emulate.surroundings import NEVER_NS, Surroundings

EVENTS, EVENTS_END = 0x100, 0x180
INTENSET, INTENCLR = 0x304, 0x308

OnEvent = Callable[[int], None]  # of an event's address


class Peripheral:
    """Registers keep what is written; subclasses act on tasks and on time."""

    pages = 1

    def __init__(self, around: Surroundings, base: int, on_event: OnEvent) -> None:
        self.around, self.base, self._on_event = around, base, on_event
        self.values: dict[int, int] = {}
        self._interrupts = 0  # bit n: of the event at 0x100 + 4 n
        self._due: list[tuple[int, int]] = []  # events that will come: when, and which

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
        self._on_event(self.base + offset)

    def event_after(self, ns: int, offset: int) -> None:
        self._due.append((self.around.now_ns + ns, offset))

    def cancel_events(self) -> None:
        self._due.clear()

    def interrupt(self) -> bool:
        self.advance()
        return any(
            self.enabled(offset)
            for offset, value in self.values.items()
            if EVENTS <= offset < EVENTS_END and value
        )

    def enabled(self, event: int) -> bool:
        return bool(self._interrupts >> (event - EVENTS) // 4 & 1)

    def task(self, offset: int) -> None:
        """A task that is not modelled does nothing."""

    def advance(self) -> None:
        """Raise the events that are due by now."""
        now_ns = self.around.now_ns
        due = [offset for at_ns, offset in self._due if at_ns <= now_ns]
        self._due = [(at_ns, offset) for at_ns, offset in self._due if at_ns > now_ns]
        for offset in due:
            self.event(offset)

    def next_ns(self) -> int:
        return min((at_ns for at_ns, _ in self._due), default=NEVER_NS)

    def reset(self) -> None:
        self.values.clear()
        self._interrupts = 0
        self.cancel_events()

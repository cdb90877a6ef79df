"""What a System asks of a chip: its blocks of registers, and how an image is entered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .machine import Machine


class Block(Protocol):
    """Registers of 32 bits at offsets from the address `base`, over whole pages of memory."""

    @property
    def base(self) -> int: ...

    @property
    def pages(self) -> int: ...

    def read(self, offset: int, /) -> int: ...

    def write(self, offset: int, value: int, /) -> None: ...


@dataclass(frozen=True)
class Entry:
    """The core's registers at an image's first instruction."""

    stack_pointer: int
    program_counter: int
    link: int = 0xFFFF_FFFF


def vector_entry(memory: Machine, vectors: int) -> Entry:
    """Return the entry that the first two words of a vector table name."""
    stack_pointer, reset = (int.from_bytes(memory.read(vectors + at, 4), "little") for at in (0, 4))
    return Entry(stack_pointer, reset)


class Chip(Protocol):
    @property
    def blocks(self) -> Sequence[Block]: ...

    def reset(self, cause: int) -> Entry:
        """Reset every block for one of CAUSES, and do what the chip's boot ROM does."""

    def interrupt_lines(self) -> int:
        """Return one bit for each interrupt of the NVIC that a block now raises."""

    def next_event_ns(self) -> int:
        """Return when a block will next do something by itself."""

"""An instruction set: its cores, their compilers, and what can be read from an image for them.

Another one is a folder beside `thumb` and a line in `ARCHITECTURES` of this package. The kernels of
firmware/nn choose their variant by the compiler's own macros (__ARM_FEATURE_DSP and the like), so
every core compiles every file, and a core without a variant runs the plain C.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Core:
    """A processor core, and the flags by which each compiler knows it."""

    name: str
    zig: tuple[str, ...]
    gcc: tuple[str, ...]


@dataclass(frozen=True)
class Depth:
    """The deepest chain of calls from a function: each function's name with its bytes of stack."""

    bytes: int
    path: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Stack:
    """The largest stack that an image can need; it grows down from the address `top`."""

    top: int
    main: Depth  # from the reset handler
    handlers: tuple[Depth, ...]  # with what the core pushes on an interrupt
    pointers: tuple[str, ...]  # functions that call through a pointer
    outside_bytes: int  # assumed for each function outside of the image that these call

    @property
    def bytes(self) -> int:
        return self.main.bytes + sum(handler.bytes for handler in self.handlers)


@dataclass(frozen=True)
class Architecture:
    """`worst_stack` bounds the stack of an ELF file whose image starts at an address; it is None
    where nothing can, for the reason in `no_bound`.
    """

    name: str
    cores: tuple[Core, ...]
    gcc: str  # the program
    gcc_package: str  # Debian's, which brings it
    is_bare: bool  # images run without an operating system
    worst_stack: Callable[[Path, int], Stack] | None
    no_bound: str = ""

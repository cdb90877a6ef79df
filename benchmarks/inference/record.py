"""What was measured of one bundle's net by every runtime."""

from dataclasses import dataclass

from ..figure import Spread, spread

LITERT, MICRO, GENERATED = "LiteRT", "tflite-micro", "generated C"  # runtimes that others meet


@dataclass(frozen=True)
class Timed:
    """A runtime on this machine, one thread; the rounds stand in the order of their running."""

    runtime: str
    version: str
    numbers: str  # "int8" or "float32"
    p50_by_round_us: tuple[float, ...]  # of the window quantised to the answers raw
    p99_by_round_us: tuple[float, ...]
    inferences: int  # of all rounds
    before_us: Spread | None  # a window in g to what the net reads; None where C runs it all
    after_us: Spread | None  # what the net answers to probabilities
    start_s: float  # from the runtime's import to its first answer
    memory_mb: float  # the most held until every window was answered, less that before the import
    file_bytes: int  # of what it loads
    equal: int | None  # windows answered as the reference does, byte for byte; None of floats
    agreeing: int | None  # windows whose two largest answers are the reference's; None without one
    threads: int = 1

    @property
    def p50_us(self) -> Spread:
        return spread(list(self.p50_by_round_us))

    @property
    def p99_us(self) -> Spread:
        return spread(list(self.p99_by_round_us))

    def ratio_to(self, peer: "Timed") -> Spread:
        """Of the medians, round by round: what slowed both in a round is not in it."""
        rounds = zip(self.p50_by_round_us, peer.p50_by_round_us, strict=True)
        return spread([own / other for own, other in rounds])


@dataclass(frozen=True)
class Emulated:
    """The generated C on a core in emulation: exact instructions, no time."""

    core: str
    compiler: str
    instructions: int  # of the window that took the most
    code_bytes: int
    constant_bytes: int
    static_bytes: int
    stack_bytes: int | None  # None where the emulator does not tell
    equal: int
    of: int

    @property
    def ram_bytes(self) -> int:
        return self.static_bytes + (self.stack_bytes or 0)


@dataclass(frozen=True)
class Inference:
    bundle: str  # its name
    windows: int  # tried by every runtime
    windows_are: str  # "of the held-out part of run x", "of golden.bin"
    reference: str  # whose answers the others are held against; "" where it is not there
    clock_ns: float  # one reading of the clock, which stands once in each time
    round_s: float
    timed: tuple[Timed, ...]
    emulated: tuple[Emulated, ...]
    missing: dict[str, str]  # runtime or core -> why it was not measured

    def of(self, runtime: str) -> Timed | None:
        return next((timed for timed in self.timed if timed.runtime == runtime), None)

"""Records of one bundle's net in every runtime."""

from dataclasses import dataclass

from ..figure import Spread, spread

LITERT, MICRO, GENERATED = (
    "LiteRT",
    "tflite-micro",
    "generated C",
)  # runtimes that others are compared with


@dataclass(frozen=True)
class Timed:
    """A runtime's times on this machine, on one thread; the rounds in their order."""

    runtime: str
    version: str
    numbers: str  # "int8" or "float32"
    p50_by_round_us: tuple[float, ...]  # from the quantised window to the raw answers
    p99_by_round_us: tuple[float, ...]
    inferences: int  # of all rounds
    before_us: Spread | None  # from a window in g to the net's input; None where C does it all
    after_us: Spread | None  # from the net's answers to probabilities
    start_s: float  # from the runtime's import to its first answer
    memory_mb: float  # peak after every window was answered, less the peak before the import
    file_bytes: int  # of the file it loads
    equal: int | None  # windows answered as by the reference, byte for byte; None of floats
    agreeing: (
        int | None
    )  # windows whose largest answer of each head is the reference's; None without one
    threads: int = 1

    @property
    def p50_us(self) -> Spread:
        return spread(list(self.p50_by_round_us))

    @property
    def p99_us(self) -> Spread:
        return spread(list(self.p99_by_round_us))

    def ratio_to(self, peer: "Timed") -> Spread:
        """Return the ratio of the medians, round by round: what slowed both in a round cancels."""
        rounds = zip(self.p50_by_round_us, peer.p50_by_round_us, strict=True)
        return spread([own / other for own, other in rounds])


@dataclass(frozen=True)
class Emulated:
    """The generated C on a core in emulation: exact instructions, no time."""

    core: str
    compiler: str
    instructions: int  # of the most expensive window
    code_bytes: int
    constant_bytes: int
    static_bytes: int
    stack_bytes: int | None  # None where the emulator cannot measure it
    equal: int
    of: int

    @property
    def ram_bytes(self) -> int:
        return self.static_bytes + (self.stack_bytes or 0)


@dataclass(frozen=True)
class Cores:
    """The generated C of one bundle on every core in emulation."""

    bundle: str
    emulated: tuple[Emulated, ...]
    missing: dict[str, str]  # core -> why not


@dataclass(frozen=True)
class Inference:
    bundle: str  # its name
    windows: int  # run by every runtime
    windows_are: str  # "of the held-out part of run x", "of golden.bin"
    reference: str  # the runtime whose answers the others are compared with; "" where it is missing
    clock_ns: float  # one reading of the clock, part of every time
    round_s: float
    timed: tuple[Timed, ...]
    emulated: tuple[Emulated, ...]
    missing: dict[str, str]  # runtime or core -> why it was not measured

    def of(self, runtime: str) -> Timed | None:
        return next((timed for timed in self.timed if timed.runtime == runtime), None)

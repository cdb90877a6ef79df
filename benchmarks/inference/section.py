"""The section of the page: tables and a picture of each bundle's net, and what to take away."""

from collections.abc import Sequence

from ..facts import Facts
from ..figure import Figure, Kind, Spread, said
from ..section import Cell, Chart, Row, Section, Series, Table
from .cores import CHIPS, time_ms
from .record import GENERATED, LITERT, MICRO, Emulated, Inference, Timed

ROUNDS = "median of 5 rounds, each runtime's in turn; the ends are the least and the most of them"


def section(found: Sequence[tuple[Facts, Inference]]) -> Section:
    return Section(
        title="Inference",
        note="One window at a time on one thread, each runtime in a process of its own. A round "
        "takes the windows as a monitor does: to the net's numbers, through the net, to "
        "probabilities, each of the three timed apart (perf_counter_ns, nothing subtracted). "
        "Rounds of all runtimes take turns, so that what disturbs one disturbs all; yet p99 "
        "tells of whatever else the machine did.",
        sentences=tuple(sentence for facts, of in found for sentence in _sentences(facts, of)),
        tables=tuple(table for facts, of in found for table in _tables(facts, of)),
        charts=tuple(
            chart
            for chart in (_times(found), _counts(found))
            if any(series.x for series in chart.series)
        ),
    )


def _tables(facts: Facts, of: Inference) -> list[Table]:
    peer, own = of.of(LITERT), of.of(GENERATED)
    fewest = min((timed.inferences for timed in of.timed), default=0)
    versions = ", ".join(f"{timed.runtime} {timed.version}" for timed in of.timed)
    tried = max((core.of for core in of.emulated), default=0)
    return [
        Table(
            title=f"{facts.name}: the time of a window on this machine",
            note=f"{of.windows} windows {of.windows_are} ({facts.data}, split {facts.split}, seed "
            f"{facts.seed}). 5 rounds of {of.round_s:g} s, {fewest:,} inferences of each runtime "
            f"or more, after a warm-up; a reading of the clock is in each time: {of.clock_ns:.0f} "
            f"ns.{_not_here(of, cores=False)}",
            words=("runtime", "numbers"),
            columns=("p50", "p99", f"of {LITERT}'s", f"of the {GENERATED}'s"),
            rows=tuple(_times_of(timed, peer, own) for timed in of.timed),
        ),
        Table(
            title=f"{facts.name}: what each runtime takes beside, and whether it answers the same",
            note=f"Equal: the int8 answers to a window are those of {of.reference or 'none here'}, "
            f"byte for byte. Same: the largest of each head is. Versions: {versions}.",
            words=("runtime",),
            columns=(
                "before",
                "after",
                "start",
                "memory",
                "file",
                f"equal, of {of.windows}",
                f"same, of {of.windows}",
            ),
            rows=tuple(_needs_of(timed, of) for timed in of.timed),
        ),
        Table(
            title=f"{facts.name}: the generated C on Cortex-M cores, in emulation",
            note="Nothing of this was run on hardware. Instructions of the window that took the "
            "most; times are models, of chips whose flash (an nRF's 1 MB) may be too small for a "
            "net's constants. Equal: windows answered as tflite-micro does, byte for "
            f"byte.{_not_here(of, cores=True)}",
            words=("core", "compiler", "chip"),
            columns=("instructions", "time", "code", "constants", "RAM", f"equal, of {tried}"),
            rows=tuple(map(_core, of.emulated)),
        ),
    ]


def _not_here(of: Inference, *, cores: bool) -> str:
    """Where no core was emulated, there is no table of cores to tell it."""
    missing = {
        name: why
        for name, why in of.missing.items()
        if (name in CHIPS and bool(of.emulated)) is cores
    }
    why = "; ".join(f"{name}: {why}" for name, why in missing.items())
    return f" Not measured: {why}." if why else ""


def _times_of(timed: Timed, peer: Timed | None, own: Timed | None) -> Row:
    return Row(
        (timed.runtime, timed.numbers),
        (
            timed.p50_us.figure("us", Kind.MEASURED, ROUNDS),
            timed.p99_us.figure("us", Kind.MEASURED, ROUNDS),
            _ratio(timed, peer),
            _ratio(timed, own),
        ),
    )


def _needs_of(timed: Timed, of: Inference) -> Row:
    once = "once, in the process that was timed afterwards"
    start = f"{once}, files cached or not: from the runtime's import to its first answer"
    memory = f"{once}: peak resident (VmHWM) less that with numpy and the windows alone"
    return Row(
        (timed.runtime,),
        (
            _side(timed.before_us, "a window in g to what the net reads"),
            _side(timed.after_us, "the net's answers to probabilities"),
            Figure(1000 * timed.start_s, "ms", Kind.MEASURED, start),
            Figure(timed.memory_mb, "MB", Kind.MEASURED, memory),
            Figure(timed.file_bytes, "B", Kind.COUNTED, "of the file that it loads"),
            _number(timed.equal, f"windows equal to {of.reference}'s, byte for byte"),
            _number(timed.agreeing, f"windows whose two largest answers are {of.reference}'s"),
        ),
    )


def _ratio(timed: Timed, peer: Timed | None) -> Cell:
    if peer is None:
        return None
    source = f"p50 over that of {peer.runtime} in the same round: {ROUNDS}"
    return timed.ratio_to(peer).figure("x", Kind.MEASURED, source)


def _side(us: Spread | None, what: str) -> Cell:
    return None if us is None else us.figure("us", Kind.MEASURED, f"{what}, in numpy: {ROUNDS}")


def _number(count: int | None, source: str) -> Cell:
    return None if count is None else Figure(count, "", Kind.COUNTED, source)


def _core(of: Emulated) -> Row:
    linked = "as the linker placed it: python -m edgekit.benchmarks.firmware BUNDLE"
    ram = "activations and scratch (linker) and the stack's depth (painted, in emulation)"
    if of.stack_bytes is None:
        ram = "activations and scratch (linker); the stack, which QEMU does not tell, is not in it"
    counted = Kind.COUNTED
    return Row(
        (of.core, of.compiler, CHIPS[of.core].name),
        (
            Figure(of.instructions, "", counted, f"in emulation, the most of {of.of} windows"),
            time_ms(of),
            Figure(of.code_bytes, "B", counted, f".text, {linked}"),
            Figure(of.constant_bytes, "B", counted, f".rodata, {linked}"),
            Figure(of.ram_bytes, "B", counted, ram),
            Figure(of.equal, "", counted, "windows equal to tflite-micro's, byte for byte"),
        ),
    )


def _sentences(facts: Facts, of: Inference) -> list[str]:
    """Each tells of what was measured, and where that is nothing it does not stand."""
    told = (_beside_peers(facts, of), _in_c(of))
    return [f"{facts.name}: {words}" for words in told if words]


def _beside_peers(facts: Facts, of: Inference) -> str:
    litert = of.of(LITERT)
    if litert is None or litert.before_us is None or litert.after_us is None:
        return ""
    p50 = litert.p50_us.figure("us", Kind.MEASURED, ROUNDS)
    others = ", ".join(
        f"{timed.runtime}{' (float32)' * (timed.numbers != litert.numbers)} "
        f"{said(timed.ratio_to(litert).median, 'x')}"
        for timed in of.timed
        if timed is not litert and timed.before_us is not None  # what C times itself is no peer's
    )
    beside = f"; as many times that: {others}" if others else ""
    around_us = litert.before_us.median + litert.after_us.median
    all_us, step_s = around_us + litert.p50_us.median, facts.hop / facts.rate_hz
    return (
        f"{LITERT} takes {p50} for a window's net{beside}. Quantising and softmax in numpy take "
        f"{said(around_us / litert.p50_us.median, 'x')} times as long as its net; together they "
        f"are {said(1e-4 * all_us / step_s, '%')} % of the {step_s:g} s from one window to the "
        "next (measured)."
    )


def _in_c(of: Inference) -> str:
    own, micro = of.of(GENERATED), of.of(MICRO)
    told = []
    if own is not None and micro is not None:
        told.append(
            f"the {GENERATED} answers {own.equal} of {of.windows} windows as {MICRO} does, byte "
            f"for byte, and takes {_ratio(own, micro)} its time (measured)"
        )
    m4 = next((core for core in of.emulated if core.core == "cortex-m4"), None)
    if m4 is not None:
        told.append(
            f"on a Cortex-M4 a window takes {m4.instructions:,} instructions (counted), "
            f"{time_ms(m4)} on an {CHIPS[m4.core].name} (modelled)"
        )
    return "; ".join(told) + "." if told else ""


def _times(found: Sequence[tuple[Facts, Inference]]) -> Chart:
    return Chart(
        name="inference-times",
        title="A window's net, one thread, on this machine",
        x="microseconds, p50 (logarithmic)",
        y="",
        series=tuple(
            Series(
                facts.name,
                x=tuple(float(place) for place in range(len(of.timed))),
                y=tuple(timed.p50_us.median for timed in of.timed),
                low=tuple(timed.p50_us.low for timed in of.timed),
                high=tuple(timed.p50_us.high for timed in of.timed),
                names=tuple(timed.runtime for timed in of.timed),
            )
            for facts, of in found
        ),
        note=f"Measured: {ROUNDS}.",
        mark="bars",
        log_x=True,
    )


def _counts(found: Sequence[tuple[Facts, Inference]]) -> Chart:
    return Chart(
        name="inference-instructions",
        title="Instructions of a window's net on Cortex-M cores",
        x="instructions (logarithmic)",
        y="",
        series=tuple(
            Series(
                facts.name,
                x=tuple(float(place) for place in range(len(of.emulated))),
                y=tuple(float(core.instructions) for core in of.emulated),
                names=tuple(core.core for core in of.emulated),
            )
            for facts, of in found
        ),
        note="Counted in emulation of the generated C, as zig compiles it; an instruction is no "
        "cycle.",
        mark="bars",
        log_x=True,
    )

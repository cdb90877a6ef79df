"""The section on inference: tables and charts of every bundle's net in every runtime."""

from collections.abc import Sequence

from ..facts import Facts
from ..figure import Figure, Kind, Spread, format_value
from ..section import Cell, Chart, FigureSection, FigureTable, Row, bar_chart
from .cores import CHIPS, time_ms
from .record import GENERATED, LITERT, MICRO, Emulated, Inference, Timed

ROUNDS = "median of 5 rounds, each runtime's in turn; the ends are the least and the most of them"


def section(records: Sequence[tuple[Facts, Inference]]) -> FigureSection:
    return FigureSection(
        title="Inference",
        note="One window at a time on one thread, each runtime in a process of its own. A round "
        "takes the windows as a monitor does: to the net's numbers, through the net, to "
        "probabilities, each of the three timed apart (perf_counter_ns, nothing subtracted). "
        "Rounds of all runtimes take turns, so that what disturbs one disturbs all; yet p99 "
        "tells of whatever else the machine did.",
        sentences=tuple(
            sentence for facts, record in records for sentence in _sentences(facts, record)
        ),
        tables=tuple(table for facts, record in records for table in _tables(facts, record)),
        charts=tuple(
            chart for chart in _charts(records) if any(series.x for series in chart.series)
        ),
    )


def _tables(facts: Facts, record: Inference) -> list[FigureTable]:
    peer, own = record.of(LITERT), record.of(GENERATED)
    fewest = min((timed.inferences for timed in record.timed), default=0)
    versions = ", ".join(f"{timed.runtime} {timed.version}" for timed in record.timed)
    tried = max((core.of for core in record.emulated), default=0)
    return [
        FigureTable(
            title=f"{facts.name}: the time of a window on this machine",
            note=f"{record.windows} windows {record.windows_are} ({facts.data}, "
            f"split {facts.split}, seed {facts.seed}). 5 rounds of {record.round_s:g} s, "
            f"{fewest:,} inferences of each runtime or more, after a warm-up; a reading of the "
            f"clock is in each time: {record.clock_ns:.0f} ns.{_missing(record, cores=False)}",
            words=("runtime", "numbers"),
            columns=("p50", "p99", f"of {LITERT}'s", f"of the {GENERATED}'s"),
            rows=tuple(_times_row(timed, peer, own) for timed in record.timed),
        ),
        FigureTable(
            title=f"{facts.name}: what each runtime takes beside, and whether it answers the same",
            note="Equal: the int8 answers to a window are those of "
            f"{record.reference or 'none here'}, byte for byte. Same: the largest of each head is. "
            f"Versions: {versions}.",
            words=("runtime",),
            columns=(
                "before",
                "after",
                "start",
                "memory",
                "file",
                f"equal, of {record.windows}",
                f"same, of {record.windows}",
            ),
            rows=tuple(_needs_row(timed, record) for timed in record.timed),
        ),
        FigureTable(
            title=f"{facts.name}: the generated C on Cortex-M cores, in emulation",
            note="Nothing of this was run on hardware. Instructions of the window that took the "
            "most; times are models, of chips whose flash (an nRF's 1 MB) may be too small for a "
            "net's constants. Equal: windows answered as tflite-micro does, byte for "
            f"byte.{_missing(record, cores=True)}",
            words=("core", "compiler", "chip"),
            columns=("instructions", "time", "code", "constants", "RAM", f"equal, of {tried}"),
            rows=tuple(map(_core_row, record.emulated)),
        ),
    ]


def _missing(record: Inference, *, cores: bool) -> str:
    """Return why runtimes or cores were not measured.

    Where no core was emulated, the table of runtimes says why, because there is no table of cores.
    """
    missing = {
        name: why
        for name, why in record.missing.items()
        if (name in CHIPS and bool(record.emulated)) is cores
    }
    why = "; ".join(f"{name}: {why}" for name, why in missing.items())
    return f" Not measured: {why}." if why else ""


def _times_row(timed: Timed, peer: Timed | None, own: Timed | None) -> Row:
    return Row(
        (timed.runtime, timed.numbers),
        (
            timed.p50_us.figure("us", Kind.MEASURED, ROUNDS),
            timed.p99_us.figure("us", Kind.MEASURED, ROUNDS),
            _ratio(timed, peer),
            _ratio(timed, own),
        ),
    )


def _needs_row(timed: Timed, record: Inference) -> Row:
    once = "once, in the process that was timed afterwards"
    start = f"{once}, files cached or not: from the runtime's import to its first answer"
    memory = f"{once}: peak resident (VmHWM) less that with numpy and the windows alone"
    return Row(
        (timed.runtime,),
        (
            _spread_cell(timed.before_us, "a window in g to what the net reads"),
            _spread_cell(timed.after_us, "the net's answers to probabilities"),
            Figure(1000 * timed.start_s, "ms", Kind.MEASURED, start),
            Figure(timed.memory_mb, "MB", Kind.MEASURED, memory),
            Figure(timed.file_bytes, "B", Kind.COUNTED, "of the file that it loads"),
            _count_cell(timed.equal, f"windows equal to {record.reference}'s, byte for byte"),
            _count_cell(
                timed.agreeing, f"windows whose two largest answers are {record.reference}'s"
            ),
        ),
    )


def _ratio(timed: Timed, peer: Timed | None) -> Cell:
    if peer is None:
        return None
    source = f"p50 over that of {peer.runtime} in the same round: {ROUNDS}"
    return timed.ratio_to(peer).figure("x", Kind.MEASURED, source)


def _spread_cell(us: Spread | None, what: str) -> Cell:
    return None if us is None else us.figure("us", Kind.MEASURED, f"{what}, in numpy: {ROUNDS}")


def _count_cell(count: int | None, source: str) -> Cell:
    return None if count is None else Figure(count, "", Kind.COUNTED, source)


def _core_row(counted: Emulated) -> Row:
    linked = "as the linker placed it: python -m edgekit.benchmarks.firmware BUNDLE"
    ram = "activations and scratch (linker) and the stack's depth (painted, in emulation)"
    if counted.stack_bytes is None:
        ram = "activations and scratch (linker); the stack, which QEMU does not tell, is not in it"
    return Row(
        (counted.core, counted.compiler, CHIPS[counted.core].name),
        (
            Figure(
                counted.instructions,
                "",
                Kind.COUNTED,
                f"in emulation, the most of {counted.of} windows",
            ),
            time_ms(counted),
            Figure(counted.code_bytes, "B", Kind.COUNTED, f".text, {linked}"),
            Figure(counted.constant_bytes, "B", Kind.COUNTED, f".rodata, {linked}"),
            Figure(counted.ram_bytes, "B", Kind.COUNTED, ram),
            Figure(
                counted.equal, "", Kind.COUNTED, "windows equal to tflite-micro's, byte for byte"
            ),
        ),
    )


def _sentences(facts: Facts, record: Inference) -> list[str]:
    """Return the findings; one whose figures were not measured is left out."""
    findings = (_beside_peers(facts, record), _in_c(record))
    return [f"{facts.name}: {finding}" for finding in findings if finding]


def _beside_peers(facts: Facts, record: Inference) -> str:
    litert = record.of(LITERT)
    if litert is None or litert.before_us is None or litert.after_us is None:
        return ""
    p50 = litert.p50_us.figure("us", Kind.MEASURED, ROUNDS)
    others = ", ".join(
        f"{timed.runtime}{' (float32)' * (timed.numbers != litert.numbers)} "
        f"{format_value(timed.ratio_to(litert).median, 'x')}"
        for timed in record.timed
        if timed is not litert and timed.before_us is not None  # what C times itself is no peer's
    )
    beside = f"; as many times that: {others}" if others else ""
    around_us = litert.before_us.median + litert.after_us.median
    all_us, step_s = around_us + litert.p50_us.median, facts.hop_s
    return (
        f"{LITERT} takes {p50} for a window's net{beside}. Quantising and softmax in numpy take "
        f"{format_value(around_us / litert.p50_us.median, 'x')} times as long as its net; together "
        f"they are {format_value(1e-4 * all_us / step_s, '%')} % of the {step_s:g} s from one "
        "window to the next (measured)."
    )


def _in_c(record: Inference) -> str:
    own, micro = record.of(GENERATED), record.of(MICRO)
    findings = []
    if own is not None and micro is not None:
        findings.append(
            f"the {GENERATED} answers {own.equal} of {record.windows} windows as {MICRO} does, "
            f"byte for byte, and takes {_ratio(own, micro)} its time (measured)"
        )
    m4 = next((core for core in record.emulated if core.core == "cortex-m4"), None)
    if m4 is not None:
        findings.append(
            f"on a Cortex-M4 a window takes {m4.instructions:,} instructions (counted), "
            f"{time_ms(m4)} on an {CHIPS[m4.core].name} (modelled)"
        )
    return "; ".join(findings) + "." if findings else ""


def _charts(records: Sequence[tuple[Facts, Inference]]) -> tuple[Chart, Chart]:
    times = {
        facts.name: {timed.runtime: timed.p50_us for timed in record.timed}
        for facts, record in records
    }
    instructions = {
        facts.name: {counted.core: counted.instructions for counted in record.emulated}
        for facts, record in records
    }
    return (
        bar_chart(
            "inference-times",
            "A window's net, one thread, on this machine",
            "microseconds, p50 (logarithmic)",
            times,
            f"Measured: {ROUNDS}.",
        ),
        bar_chart(
            "inference-instructions",
            "Instructions of a window's net on Cortex-M cores",
            "instructions (logarithmic)",
            instructions,
            "Counted in emulation of the generated C, as zig compiles it; an instruction is no "
            "cycle.",
        ),
    )

"""The section on runtimes: every bundle's net in every runtime of this machine."""

from collections.abc import Callable, Sequence

from ..facts import Facts
from ..figure import Figure, Kind, Spread, format_value
from ..section import Cell, FigureSection, FigureTable, Row, rows_chart
from .cores import CHIPS
from .record import GENERATED, LITERT, MICRO, Inference, Timed

ROUNDS = "median of 5 rounds, each runtime's in turn; in brackets the lowest and the highest"
NOTE = (
    "One window at a time on one thread, each runtime in a process of its own. A round takes the "
    "windows as a monitor does: to the net's numbers, through the net, to probabilities, each of "
    "the three timed apart (perf_counter_ns, nothing subtracted). Rounds of all runtimes take "
    "turns, so that what disturbs one disturbs all; p99 includes whatever else the machine did."
)
Records = Sequence[tuple[Facts, Inference]]


def section(records: Records) -> FigureSection:
    return FigureSection(
        name="runtimes",
        title="Which runtime?",
        note=f"{NOTE} {_windows(records)}".strip(),
        sentences=tuple(filter(None, (_fastest(records), _around(records), _in_c(records)))),
        charts=(
            rows_chart(
                "runtimes",
                "Time of one window on this machine",
                "microseconds, median, logarithmic (measured)",
                {
                    facts.name: {
                        timed.runtime: timed.p50_us for timed in record.timed if timed.before_us
                    }
                    for facts, record in records
                },
                f"Measured, one thread: {ROUNDS}.",
                unit="us",
            ),
        )
        if any(record.timed for _, record in records)
        else (),
        tables=(_times(records, "median time of a window", _p50, _how_timed(records)),)
        if records
        else (),
        detail_tables=(
            _times(records, "99 of 100 windows take at most", _p99, ""),
            _times(records, f"times as long as {LITERT}", _over(LITERT), ""),
            _times(records, f"times as long as the {GENERATED}", _over(GENERATED), ""),
            _needs(records),
        )
        if records
        else (),
    )


def _times(
    records: Records, title: str, cell: Callable[[Timed, Inference], Cell], note: str
) -> FigureTable:
    """Table a figure of every runtime, a column for each bundle."""
    names = dict.fromkeys((t.runtime, t.numbers) for _, record in records for t in record.timed)
    rows = []
    for runtime, numbers in names:
        found = [record.of(runtime) for _, record in records]
        rows.append(
            Row(
                (runtime, numbers),
                tuple(
                    None if timed is None else cell(timed, record)
                    for timed, (_, record) in zip(found, records, strict=True)
                ),
            )
        )
    bundles = tuple(facts.name for facts, _ in records)
    title = f"Runtimes on this machine: {title}"
    return FigureTable(title, note, ("runtime", "numbers"), bundles, tuple(rows))


def _how_timed(records: Records) -> str:
    timed = [each for _, record in records for each in record.timed]
    rounds = ""
    if timed:
        fewest = min(each.inferences for each in timed)
        seconds = dict.fromkeys(f"{record.round_s:g}" for _, record in records)
        clocks = [record.clock_ns for _, record in records]
        rounds = (
            f" 5 rounds of {' or '.join(seconds)} s, {fewest:,} windows in each runtime or more, "
            "after a warm-up. Each time includes one reading of the clock, "
            f"{min(clocks):.0f} to {max(clocks):.0f} ns."
        )
    return f"{rounds}{missing(records, cores=False)}".strip()


def _windows(records: Records) -> str:
    each = (
        f"{facts.name}: {record.windows} windows {record.windows_are} ({facts.split_text})"
        for facts, record in records
    )
    text = "; ".join(each)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def missing(records: Records, *, cores: bool) -> str:
    """Return why runtimes or cores were not measured.

    Where no core was emulated, the table of runtimes says why, because there is no table of cores.
    """
    reasons = dict.fromkeys(
        f"{name}: {why}"
        for _, record in records
        for name, why in record.missing.items()
        if (name in CHIPS and bool(record.emulated)) is cores
    )
    return f" Not measured: {'; '.join(reasons)}." if reasons else ""


def _p50(timed: Timed, _: Inference) -> Cell:
    return timed.p50_us.figure("us", Kind.MEASURED, ROUNDS)


def _p99(timed: Timed, _: Inference) -> Cell:
    return timed.p99_us.figure("us", Kind.MEASURED, ROUNDS)


def _over(runtime: str) -> Callable[[Timed, Inference], Cell]:
    return lambda timed, record: _ratio(timed, record.of(runtime))


def _ratio(timed: Timed, peer: Timed | None) -> Cell:
    if peer is None:
        return None
    source = f"p50 over that of {peer.runtime} in the same round: {ROUNDS}"
    return timed.ratio_to(peer).figure("x", Kind.MEASURED, source)


def _needs(records: Records) -> FigureTable:
    versions = dict.fromkeys(
        f"{timed.runtime} {timed.version}" for _, record in records for timed in record.timed
    )
    return FigureTable(
        title="What each runtime needs, and whether it answers the same",
        note="Equal: int8 answers that are the reference's byte for byte. Same: the largest answer "
        f"of each head is the same. Versions: {', '.join(versions)}.",
        words=("bundle", "runtime", "reference"),
        columns=("before", "after", "start", "memory", "file", "equal", "same", "windows"),
        rows=tuple(
            _needs_row(facts, timed, record) for facts, record in records for timed in record.timed
        ),
    )


def _needs_row(facts: Facts, timed: Timed, record: Inference) -> Row:
    once = "once, in the process that was timed afterwards"
    start = f"{once}, files cached or not: from the runtime's import to its first answer"
    memory = f"{once}: peak resident (VmHWM) less that with numpy and the windows alone"
    return Row(
        (facts.name, timed.runtime, record.reference or "none here"),
        (
            _spread_cell(timed.before_us, "a window in g to what the net reads"),
            _spread_cell(timed.after_us, "the net's answers to probabilities"),
            Figure(1000 * timed.start_s, "ms", Kind.MEASURED, start),
            Figure(timed.memory_mb, "MB", Kind.MEASURED, memory),
            Figure(timed.file_bytes, "B", Kind.COUNTED, "of the file that it loads"),
            _count_cell(timed.equal, "windows answered as by the reference, byte for byte"),
            _count_cell(timed.agreeing, "windows whose two largest answers are the reference's"),
            Figure(record.windows, "", Kind.COUNTED, "windows that every runtime answered"),
        ),
    )


def _spread_cell(us: Spread | None, what: str) -> Cell:
    return None if us is None else us.figure("us", Kind.MEASURED, f"{what}, in numpy: {ROUNDS}")


def _count_cell(count: int | None, source: str) -> Cell:
    return None if count is None else Figure(count, "", Kind.COUNTED, source)


def _fastest(records: Records) -> str:
    """Word what LiteRT takes, and how many times as long the others take."""
    times = {
        facts.name: timed for facts, record in records if (timed := record.of(LITERT)) is not None
    }
    if not times:
        return ""
    own = ", ".join(f"{name} {_p50_text(timed)}" for name, timed in times.items())
    ratios: dict[str, list[float]] = {}
    for _, record in records:
        litert = record.of(LITERT)
        for timed in record.timed:
            # What C times itself, without the call from Python, is no peer.
            if litert is not None and timed is not litert and timed.before_us is not None:
                name = f"{timed.runtime}{' (float32)' * (timed.numbers != litert.numbers)}"
                ratios.setdefault(name, []).append(timed.ratio_to(litert).median)
    others = ", ".join(f"{name} {range_text(values, 'x')}" for name, values in ratios.items())
    longer = f" The other runtimes take this many times as long: {others}." if others else ""
    return f"One window in {LITERT}: {own} (measured).{longer}"


def _p50_text(timed: Timed) -> str:
    return f"{format_value(timed.p50_us.median, 'us')} us"


def _around(records: Records) -> str:
    """Word what is not the net: quantising, softmax, and the time until the next window."""
    ratios, shares = [], []
    for facts, record in records:
        litert = record.of(LITERT)
        if litert is not None and litert.before_us is not None and litert.after_us is not None:
            around_us = litert.before_us.median + litert.after_us.median
            ratios.append(around_us / litert.p50_us.median)
            shares.append(1e-4 * (around_us + litert.p50_us.median) / facts.hop_s)
    if not ratios:
        return ""
    return (
        "Preparing the window and turning answers into probabilities, in numpy, take "
        f"{range_text(ratios, 'x')} times as long as the net in {LITERT}; all together are "
        f"{range_text(shares, '%')} % of the time from one window to the next (measured)."
    )


def _in_c(records: Records) -> str:
    """Word whether the generated C answers as tflite-micro does, and in what share of its time."""
    ratios, equal, windows = [], 0, 0
    for _, record in records:
        own, micro = record.of(GENERATED), record.of(MICRO)
        if own is not None and micro is not None and own.equal is not None:
            ratios.append(own.ratio_to(micro).median)
            equal, windows = equal + own.equal, windows + record.windows
    if not ratios:
        return ""
    return (
        f"The {GENERATED} answers {equal:,} of {windows:,} windows as {MICRO} does, byte for byte, "
        f"in {range_text(ratios, 'x')} of its time (measured)."
    )


def range_text(values: Sequence[float], unit: str) -> str:
    """Return `2.1 to 3.4`; one value where both ends read the same."""
    low, high = (format_value(end, unit) for end in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"

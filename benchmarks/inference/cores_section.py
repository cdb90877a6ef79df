"""The section on microcontrollers' cores: instructions counted in emulation, times modelled."""

from collections.abc import Callable, Sequence

from ..facts import Facts
from ..figure import Figure, Kind, format_value
from ..section import Cell, FigureSection, FigureTable, Row, rows_chart
from .cores import CHIPS, time_ms
from .record import Emulated
from .section import Records, missing, range_text


def cores_section(records: Records) -> FigureSection:
    """Return the section; empty where no core was emulated."""
    counted = [(facts, record.emulated) for facts, record in records if record.emulated]
    if not counted:
        return FigureSection("cores", "Which core?", "")
    return FigureSection(
        name="cores",
        title="Which core?",
        note="Nothing of this was run on hardware: the generated C runs in emulation, its "
        "instructions are counted, and times are modelled from the chip's clock and cycles an "
        "instruction. A chip's flash (an nRF's 1 MB) may be too small for a net's constants.",
        sentences=tuple(filter(None, (_on_core(counted, core) for core in CHIPS))),
        charts=(
            rows_chart(
                "cores",
                "Time of one window on a microcontroller",
                "milliseconds, logarithmic (modelled)",
                {
                    facts.name: {_row_name(each): time_ms(each) for each in emulated}
                    for facts, emulated in counted
                },
                "Modelled from instructions that were counted in emulation of the generated C; "
                "lines show how far the cycles are uncertain.",
                unit="ms",
            ),
        ),
        tables=(
            _table(counted, "time of a window", time_ms, missing(records, cores=True).strip()),
            _table(counted, "instructions of a window", _instructions, ""),
        ),
        detail_tables=(_sizes(counted),),
    )


Counted = Sequence[tuple[Facts, tuple[Emulated, ...]]]


def _row_name(counted: Emulated) -> str:
    return f"{counted.core}\n{CHIPS[counted.core].name}"


def _on_core(counted: Counted, core: str) -> str:
    """Word what a window takes on a core's chip, over all bundles."""
    found = [
        (facts, time_ms(each))
        for facts, emulated in counted
        for each in emulated
        if each.core == core
    ]
    if not found:
        return ""
    each = ", ".join(
        f"{facts.name} {format_value(time.value, time.unit)} {time.unit}" for facts, time in found
    )
    busy = [time.value / (1000 * facts.hop_s) for facts, time in found]
    chip = CHIPS[core]
    return (
        f"{core} ({chip.name} at {chip.clock_mhz.value:g} MHz): {each}; busy "
        f"{range_text([100 * share for share in busy], '%')} % of the time (modelled)."
    )


def _table(
    counted: Counted, title: str, cell: Callable[[Emulated], Figure], note: str
) -> FigureTable:
    """Table a figure of every core, a column for each bundle."""
    by_core = {
        (each.core, each.compiler): CHIPS[each.core].name
        for _, emulated in counted
        for each in emulated
    }
    rows = []
    for (core, compiler), chip in by_core.items():
        cells: list[Cell] = []
        for _, emulated in counted:
            same = (each for each in emulated if (each.core, each.compiler) == (core, compiler))
            one = next(same, None)
            cells.append(None if one is None else cell(one))
        rows.append(Row((core, chip), tuple(cells)))
    bundles = tuple(facts.name for facts, _ in counted)
    return FigureTable(f"Cores: {title}", note, ("core", "chip"), bundles, tuple(rows))


def _instructions(counted: Emulated) -> Figure:
    source = f"in emulation, compiled by {counted.compiler}, the most of {counted.of} windows"
    return Figure(counted.instructions, "", Kind.COUNTED, source)


def _sizes(counted: Counted) -> FigureTable:
    return FigureTable(
        "Cores: code, constants and RAM",
        "Equal: windows answered as tflite-micro does, byte for byte.",
        ("bundle", "core", "compiler"),
        ("code", "constants", "RAM", "equal", "windows"),
        tuple(_sizes_row(facts, each) for facts, emulated in counted for each in emulated),
    )


def _sizes_row(facts: Facts, counted: Emulated) -> Row:
    linked = "as the linker placed it: python -m edgekit.benchmarks.firmware BUNDLE"
    ram = "activations and scratch (linker) and the stack's depth (painted, in emulation)"
    if counted.stack_bytes is None:
        ram = "activations and scratch (linker) without the stack, which QEMU cannot measure"
    return Row(
        (facts.name, counted.core, counted.compiler),
        (
            Figure(counted.code_bytes, "B", Kind.COUNTED, f".text, {linked}"),
            Figure(counted.constant_bytes, "B", Kind.COUNTED, f".rodata, {linked}"),
            Figure(counted.ram_bytes, "B", Kind.COUNTED, ram),
            Figure(
                counted.equal, "", Kind.COUNTED, "windows equal to tflite-micro's, byte for byte"
            ),
            Figure(counted.of, "", Kind.COUNTED, "windows tried"),
        ),
    )

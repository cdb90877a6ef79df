"""All bundles side by side in one table: what each takes and how right it is."""

from .accuracy.edge import ATAN2, GENERATED, LITERT, EdgeAccuracy, Form
from .energy.angle import CORE
from .energy.section import net_days, on_sensor
from .facts import Facts
from .figure import Figure, Kind, share_figure
from .inference.cores import time_ms
from .inference.record import LITERT as LITERT_RUNTIME
from .inference.record import Emulated, Inference
from .results import Results
from .section import Cell, FigureTable, Row


def overview(results: Results) -> FigureTable:
    """Return a row for each bundle; a cell is empty where that was not measured."""
    inference = {facts.name: record for facts, record in results.inference}
    accuracy = {facts.name: record for facts, record in results.accuracy}
    core = {
        facts.name: each
        for facts, record in results.cores
        for each in record.emulated
        if each.core == CORE
    }
    worn = {fact.name for fact in on_sensor(results.facts, results.instructions)}
    rows = [
        Row(
            (fact.name, fact.net, f"{fact.data}, {fact.split}"),
            (
                *_right(fact, accuracy.get(fact.name)),
                _days(fact, results) if fact.name in worn else None,
                _time(inference.get(fact.name)),
                *_on_core(core.get(fact.name)),
            ),
        )
        for fact in results.facts
    ]
    return FigureTable(
        "The bundles side by side",
        "Compare accuracies within one data set and split only. Split `subject` holds people out; "
        "`random-window` does not, and so looks better.",
        ("bundle", "net", "data, split"),
        (
            "right, int8",
            "right, atan2",
            "LiPo, 100 mAh",
            "LiteRT, this machine",
            "XIAO nRF52840",
            "flash",
            "RAM",
        ),
        tuple(rows),
    )


def _time(record: Inference | None) -> Cell:
    timed = record.of(LITERT_RUNTIME) if record else None
    if timed is None:
        return None
    source = "one window, one thread, median of 5 rounds; its spread: see Which runtime?"
    return Figure(timed.p50_us.median, "us", Kind.MEASURED, source)


def _on_core(counted: Emulated | None) -> tuple[Cell, Cell, Cell]:
    if counted is None:
        return None, None, None
    one = time_ms(counted)
    modelled = "one window, instructions counted x cycles / clock; its bounds: see Which core?"
    return (
        Figure(one.value, one.unit, one.kind, modelled),
        Figure(
            counted.code_bytes + counted.constant_bytes,
            "B",
            Kind.COUNTED,
            "code and constants on a Cortex-M4, as the linker placed them",
        ),
        Figure(
            counted.ram_bytes,
            "B",
            Kind.COUNTED,
            "on a Cortex-M4: activations, scratch and the stack's depth",
        ),
    )


def _right(facts: Facts, record: EdgeAccuracy | None) -> tuple[Cell, Cell]:
    """Return int8's accuracy and atan2's, measured here or else as the bundle and its run say."""
    source = f"held-out windows, {facts.tested_on}; 95 % Wilson interval"
    kind = Kind.EARLIER if record is None else Kind.MEASURED
    if record is None:
        angle = facts.posture_angle
        shares = (facts.posture_int8, angle)
        windows = facts.test_windows
    else:
        by_name = {form.name: form for form in record.forms}
        own: Form = by_name.get(GENERATED) or by_name[LITERT]
        atan2 = by_name.get(ATAN2)
        shares = (own.posture.accuracy, atan2.posture.accuracy if atan2 else None)
        windows = record.windows
        source = (
            f"held-out windows, {facts.split_text}, {windows:,} of {facts.test_windows:,}; "
            "95 % Wilson interval"
        )
    return (
        share_figure(shares[0], windows, source, kind),
        None if shares[1] is None else share_figure(shares[1], windows, source, kind),
    )


def _days(facts: Facts, results: Results) -> Figure:
    lasting = net_days(facts, results.instructions)
    source = "never off, a decision each hop; see How long does the battery last?"
    return Figure(lasting.value, lasting.unit, lasting.kind, source, lasting.low, lasting.high)

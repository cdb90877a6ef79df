"""What the pages of a results folder say, computed from its records alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..accuracy.section import edge_section, robustness_section
from ..cards import Card, cards
from ..energy.constant_tables import constant_tables
from ..energy.section import section as battery_section
from ..energy.training_section import section as training_section
from ..figure import Figure, Kind
from ..findings import findings
from ..firmware.budget import FirmwareBudget
from ..firmware.section import section as tflm_section
from ..inference.cores_section import cores_section
from ..inference.section import section as runtimes_section
from ..monitoring.section import section as monitoring_section
from ..overview import overview
from ..results import Results
from ..section import FigureSection, FigureTable

TITLE = "Benchmarks: speed, memory, battery life and accuracy"
KINDS = (
    "Each figure says its kind: measured (here, in this run), measured earlier (when the bundle "
    "was made: from its bundle.json), counted (exact: instructions in emulation, bytes), modelled "
    "(computed from other figures, by the formula given), data sheet, and measured elsewhere (by "
    "others, on other machines). In brackets: how far it is uncertain. "
    "Nothing was run on hardware other than this machine."
)


@dataclass(frozen=True)
class BenchPage:
    """A page before it is HTML or Markdown."""

    title: str
    made: str  # by which command, when and on which machine
    kinds: str  # how to read the figures
    cards: tuple[Card, ...]
    about: str  # which bundle the cards are about
    findings: tuple[str, ...]
    overview: FigureTable
    sections: tuple[FigureSection, ...]  # a question each
    constants: tuple[FigureTable, ...]


def bench_page(results: Results, budget: FirmwareBudget) -> BenchPage:
    """Return the page; a section of which nothing was measured is left out."""
    return BenchPage(
        TITLE,
        _made(results),
        KINDS,
        cards(results, budget),
        _about(results),
        findings(results),
        overview(results),
        tuple(each for each in _sections(results, budget) if not each.is_empty),
        constant_tables(),
    )


def _about(results: Results) -> str:
    if not results.facts:
        return ""
    first, session = results.facts[0], results.session
    several = len(results.facts)
    which = f", the first of {several} bundles" if several > 1 else ""
    how = "measured quickly" if session.quick else "measured"
    where = session.machine.processor
    return f"{first.name} ({first.net}){which}: {how} on {session.day} on {where}."


def _made(results: Results) -> str:
    session = results.session
    packages = ", ".join(f"{name} {version}" for name, version in session.machine.packages.items())
    pace = "quickly (`--quick`): short rounds, so spreads are wide" if session.quick else "in full"
    return (
        f"Made by `edgekit bench` {session.edgekit} on {session.day}, {pace}, on {session.machine} "
        f"({session.machine.memory_gb:g} GB; {packages}). Bundles: {', '.join(session.bundles)}."
    )


def _sections(results: Results, budget: FirmwareBudget) -> Iterator[FigureSection]:
    """Yield the sections, in the order of a reader's questions."""
    facts, counts = results.facts, results.instructions
    angles = {each.name: each.posture_angle for each in facts if each.posture_angle is not None}
    yield runtimes_section(results.inference)
    yield cores_section(results.inference)
    if results.angle is not None:
        minute = _cpu_s_a_minute(results)
        yield battery_section(facts, counts, results.angle, angles, minute, results.metered)
    yield edge_section(results.accuracy)
    yield robustness_section(results.robustness)
    yield tflm_section(budget)
    yield training_section(facts, counts)
    if results.monitoring is not None:
        yield monitoring_section(results.monitoring)


def _cpu_s_a_minute(results: Results) -> Figure | None:
    if results.monitoring is None:
        return None
    where = results.session.machine.processor
    source = f"the monitor over {results.monitoring.seconds:g} s, on {where}"
    return Figure(results.monitoring.edgekit.cpu_s_a_minute, "s", Kind.MEASURED, source)

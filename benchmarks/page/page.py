"""The page of a results folder: its head and its sections, computed from records alone."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.files import write_text
from edgekit.pages.templates import load_templates

from ..accuracy.section import edge_section, robustness_section
from ..energy.section import section as energy_section
from ..energy.training_section import section as training_section
from ..figure import Figure, Kind
from ..firmware.budget import FirmwareBudget, read_budget
from ..firmware.section import section as firmware_section
from ..inference.section import section as inference_section
from ..monitoring.section import section as monitoring_section
from ..results import Results, read_results
from ..section import FigureSection
from .chart import png
from .markdown import write_markdown
from .printed import print_table

TITLE = "Benchmarks: what it takes on the device, beside what training cost"


def write_pages(
    folder: Path, page: Path | None, markdown: Path | None
) -> tuple[FigureSection, ...]:
    """Write the page of a results folder as HTML, as Markdown, or both; return its sections.

    Raises UsageError where the folder holds no results.
    """
    results = read_results(folder)
    written = sections(results, read_budget())
    if page:
        write_text(page, html(TITLE, head(results), written))
    if markdown:
        write_markdown(markdown, TITLE, head(results), written)
    return written


def html(title: str, head: str, sections: Sequence[FigureSection]) -> str:
    """Return the page. `head` is in paragraphs, an empty line between them."""
    template = load_templates(Path(__file__).parent).get_template("page.html")
    return template.render(
        title=title, head=head.split("\n\n"), sections=sections, print_table=print_table, png=png
    )


def head(results: Results) -> str:
    """Return the paragraphs below the title, an empty line between them."""
    session = results.session
    packages = ", ".join(f"{name} {version}" for name, version in session.machine.packages.items())
    pace = (
        "quickly (`--quick`): short rounds, so that spreads are wide"
        if session.quick
        else "in full"
    )
    return (
        f"Made by `edgekit bench` {session.edgekit} on {session.day}, {pace}, on {session.machine} "
        f"({session.machine.memory_gb:g} GB; {packages}). Bundles: "
        f"{', '.join(session.bundles)}.\n\nEach figure leads to its source by number, or by its "
        "column's. Kinds: measured (here, in this run), counted (exact: instructions in emulation, "
        "bytes), modelled (computed from others, by the formula given), data sheet, and measured "
        "elsewhere (by others, on other machines). In brackets: how far it is uncertain. Nothing "
        "was run on hardware other than this machine."
    )


def sections(results: Results, budget: FirmwareBudget) -> tuple[FigureSection, ...]:
    """Return the sections that were measured, in the order of a reader's questions."""
    facts, counts, monitored = results.facts, results.instructions, results.monitoring
    angles = {each.name: each.posture_angle for each in facts if each.posture_angle is not None}
    measured = [inference_section(results.inference)]
    if monitored is not None:
        measured.append(monitoring_section(monitored))
    if results.angle is not None:
        minute = _cpu_s_a_minute(results)
        measured.append(
            energy_section(facts, counts, results.angle, angles, minute, results.metered)
        )
    measured += [
        training_section(facts, counts),
        edge_section(results.accuracy),
        robustness_section(results.robustness),
        firmware_section(budget),
    ]
    return tuple(section for section in measured if section.tables)


def _cpu_s_a_minute(results: Results) -> Figure | None:
    if results.monitoring is None:
        return None
    where = results.session.machine.processor
    source = f"the monitor over {results.monitoring.seconds:g} s, on {where}"
    return Figure(results.monitoring.edgekit.cpu_s_a_minute, "s", Kind.MEASURED, source)

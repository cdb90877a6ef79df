"""Write the page of a comparison: its head, findings, pictures and folded tables in one file."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from edgekit.files import write_text
from edgekit.pages.markdown import MarkdownSection, bullets, document, plain, table
from edgekit.pages.templates import load_templates

from ..description import Description
from .accuracies import class_tables, methods_tables, placement_tables, subject_tables
from .costs import cost_tables
from .figures import draw_confusions, draw_costs, draw_curves, draw_shares, draw_sweeps
from .headline import headline
from .pairwise import pair_tables, pairwise_sentences, pairwise_tables
from .smoke import smoke_sentences
from .studies import share_tables, sweep_tables
from .tables import Table

PAGE, TEXT, PICTURES = "results.html", "results.md", "pictures"


@dataclass(frozen=True)
class Section:
    title: str
    note: str
    sentences: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    is_detail: bool = False  # its pictures are folded as the tables are


@dataclass(frozen=True)
class Comparison:
    """What a page says, and where it is."""

    page: Path
    title: str
    about: Description
    findings: list[str]  # of a smoke run: that there are none


def write_page(folder: Path, results: pl.DataFrame, about: Description) -> Comparison:
    """Write `results.html`, which holds its pictures, `results.md` and `pictures/`.

    Studies that were not wanted, or are not done yet, are left out; so are statistics and findings
    of a smoke run.
    """
    every_section = _sections(results, folder / PICTURES, about.is_smoke)
    sections = [section for section in every_section if section.tables or section.pictures]
    findings = smoke_sentences(results, about) if about.is_smoke else headline(results)
    title = f"Comparison on {', '.join(results['dataset'].unique().sort())}"
    comparison = Comparison(folder / PAGE, title, about, findings)
    write_text(folder / TEXT, _markdown(comparison, sections))
    page = load_templates(Path(__file__).parent).get_template("page.html")
    html = page.render(
        title=title, about=about, findings=findings, sections=sections, comparison=comparison
    )
    write_text(folder / PAGE, html)
    return comparison


def _sections(results: pl.DataFrame, pictures: Path, is_smoke: bool) -> list[Section]:
    differ = Section(
        "Do the methods differ?",
        "Paired over folds and seeds. Folds share training windows, which the corrected "
        "resampled t-test takes into account (Nadeau and Bengio, 2003); p values are adjusted "
        "for the number of comparisons (Holm). Like the paper's table 8.",
        sentences=[] if is_smoke else pairwise_sentences(results),
        tables=[] if is_smoke else [*pairwise_tables(results), *pair_tables(results)],
    )
    return [
        Section(
            "How right is each method?",
            "With random windows, which overlap, every person is in training and test: that "
            "figure measures memory as well as skill. The honest one holds people out.",
            tables=methods_tables(results),
            pictures=draw_costs(results, pictures),
        ),
        differ,
        Section(
            "By placement",
            "A sensor in a pocket does not see what the hand does.",
            tables=placement_tables(results),
        ),
        Section(
            "From person to person",
            "A mean hides the people whom a method fails.",
            tables=subject_tables(results),
        ),
        Section(
            "What does a training cost?",
            "Compared with the paper's figures.",
            tables=cost_tables(results),
        ),
        Section(
            "How the methods learn",
            "Like the paper's figure 8.",
            pictures=draw_curves(results, pictures),
        ),
        Section(
            "Nets and shares of the training windows",
            "Like the paper's figures 5 to 7.",
            tables=share_tables(results),
            pictures=draw_shares(results, pictures),
        ),
        Section(
            "Constants of Smooth-Distill",
            "One varied at a time, the others at their defaults.",
            tables=sweep_tables(results),
            pictures=draw_sweeps(results, pictures),
        ),
        Section(
            "Class by class",
            "Confusion like the paper's figure 3: rows are the truth, columns the answers.",
            tables=class_tables(results),
            pictures=draw_confusions(results, pictures),
            is_detail=True,
        ),
    ]


def _markdown(comparison: Comparison, sections: list[Section]) -> str:
    about = comparison.about
    facts = table(("", ""), [(name, plain(text)) for name, text in about.facts], words=2)
    warning = "**This is a smoke run.** " if about.is_smoke else ""
    head = "\n\n".join(
        [
            f"{warning}{comparison.findings[0]}" if warning else "",
            bullets(comparison.findings[1:] if warning else comparison.findings),
            "## How it was made",
            facts,
        ]
    )
    return document(
        comparison.title,
        head.strip(),
        [
            MarkdownSection(
                section.title,
                section.note,
                section.sentences,
                [
                    *(f"![{p.stem}]({PICTURES}/{p.name})" for p in section.pictures),
                    *(each.to_markdown() for each in section.tables),
                ],
            )
            for section in sections
        ],
    )

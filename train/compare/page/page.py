"""Write the page of a comparison: sentences, tables and pictures in one file."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from edgekit.files import write_text
from edgekit.pages.markdown import MarkdownSection, bullets, document
from edgekit.pages.templates import load_templates

from .accuracies import class_tables, methods_tables, placement_tables, subject_tables
from .costs import cost_tables
from .figures import draw_confusions, draw_costs, draw_curves, draw_shares, draw_sweeps
from .headline import headline
from .pairwise import pair_tables, pairwise_sentences, pairwise_tables
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


def write_page(folder: Path, results: pl.DataFrame) -> Path:
    """Write `results.html`, which holds its pictures, `results.md` and `pictures/`.

    Studies that were not wanted, or are not done yet, are left out. Returns the page.
    """
    every_section = _sections(results, folder / PICTURES)
    sections = [section for section in every_section if section.tables or section.pictures]
    summary = headline(results)
    title = f"Comparison on {', '.join(results['dataset'].unique().sort())}"
    write_text(folder / TEXT, _markdown(title, summary, sections))
    page = load_templates(Path(__file__).parent).get_template("page.html")
    html = page.render(title=title, headline=summary, sections=sections)
    write_text(folder / PAGE, html)
    return folder / PAGE


def _sections(results: pl.DataFrame, pictures: Path) -> list[Section]:
    return [
        Section(
            "Accuracy",
            "Random windows overlap and every person stands on both sides, so that figure measures "
            "memory as well as skill; the honest one holds people out.",
            tables=methods_tables(results),
        ),
        Section(
            "By placement",
            "A sensor in a pocket does not see what the hand does.",
            tables=placement_tables(results),
        ),
        Section(
            "From person to person",
            "A mean hides whom it fails.",
            tables=subject_tables(results),
        ),
        Section(
            "Do the methods differ",
            "Paired over folds and seeds. Folds share training windows, which the corrected "
            "resampled t-test counts (Nadeau and Bengio, 2003); p values are adjusted for the many "
            "comparisons (Holm). As the paper's table 8.",
            sentences=pairwise_sentences(results),
            tables=[*pairwise_tables(results), *pair_tables(results)],
        ),
        Section(
            "Cost",
            "What a training takes, beside the paper's figures.",
            tables=cost_tables(results),
            pictures=draw_costs(results, pictures),
        ),
        Section(
            "How the methods learn",
            "As the paper's figure 8.",
            pictures=draw_curves(results, pictures),
        ),
        Section(
            "Class by class",
            "Confusion as the paper's figure 3: rows are the truth, columns the answers.",
            tables=class_tables(results),
            pictures=draw_confusions(results, pictures),
        ),
        Section(
            "Nets and shares of the training windows",
            "As the paper's figures 5 to 7.",
            tables=share_tables(results),
            pictures=draw_shares(results, pictures),
        ),
        Section(
            "Constants of Smooth-Distill",
            "One varied at a time, the others at their defaults.",
            tables=sweep_tables(results),
            pictures=draw_sweeps(results, pictures),
        ),
    ]


def _markdown(title: str, headline: list[str], sections: list[Section]) -> str:
    return document(
        title,
        bullets(headline),
        [
            MarkdownSection(
                section.title,
                section.note,
                section.sentences,
                [
                    *(table.to_markdown() for table in section.tables),
                    *(f"![{p.stem}]({PICTURES}/{p.name})" for p in section.pictures),
                ],
            )
            for section in sections
        ],
    )

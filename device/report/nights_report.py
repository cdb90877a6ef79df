"""Several nights of one person: chosen, read, and written as one page and one table."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import write_text
from edgekit.night.names import UNNAMED, evening, with_subject
from edgekit.night.reader import open_night

from .night_entry import NightEntry, read_entry
from .nights_page import nights_csv, nights_html
from .nights_sentences import nights_sentences

MOST_NIGHTS = 100  # of one page


@dataclass(frozen=True)
class NightsFiles:
    html: Path
    csv: Path
    sentence: str  # the page's answer
    warnings: tuple[str, ...]  # what is gravely doubtful, each with the night's file


def last_nights(folder: Path, evenings: int, subject: str | None = None) -> list[Path]:
    """Return the nights of the last `evenings` evenings, counted back from the newest night.

    Evenings without a night count. Raises UsageError without a night, and where nights of several
    people lie there and `subject` names none.
    """
    found: dict[str, list[tuple[float, date, Path]]] = {}
    for path in sorted(folder.glob("*.night")):
        try:
            with open_night(path) as night:
                day = evening(night.start_s, night.utc_offsets)
                found.setdefault(night.meta.subject, []).append((night.start_s, day, path))
        except (EdgekitError, ValueError, OverflowError, OSError):
            continue
    whose = ", ".join(sorted(found))
    if subject is None and len(found) > 1:
        raise UsageError(
            f"{folder}/ holds nights of {len(found)} people ({whose[:200]}), and a page is one "
            f"person's: add --subject {_example(found)}"
        )
    nights = sorted(found.get(subject, []) if subject else next(iter(found.values()), []))
    if not nights:
        of = f" of {subject}; there are nights of: {whose[:200]}" if subject and found else ""
        raise UsageError(f"no night in {folder}/{of or '. Record one with: edgekit monitor'}")
    newest = nights[-1][1]
    return [path for _, day, path in nights if (newest - day).days < evenings]


def write_nights_report(
    paths: Sequence[Path], out_dir: Path | None = None, subject: str | None = None
) -> NightsFiles:
    """Write one page and a table, a row a night, into `out_dir` or beside the last night.

    Only nights of `subject` where one is named. Raises UsageError where the nights are of several
    people or of other classes, EdgekitError where one is damaged or the folder cannot be written.
    """
    entries = sorted(
        (entry for path in dict.fromkeys(paths) if (entry := read_entry(path, subject))),
        key=lambda entry: entry.summary.span.start_s,
    )
    _check(entries, subject)
    whose = entries[0].subject
    first, last = entries[0].evening, entries[-1].evening
    name = with_subject(f"{first.isoformat()}-to-{last.isoformat()}", whose)
    folder = entries[-1].path.parent if out_dir is None else out_dir
    sentences = nights_sentences(entries)
    warnings = [f"{each.path.name}: {line}" for each in entries for line in each.warnings]
    files = NightsFiles(
        folder / f"{name}.html", folder / f"{name}.csv", " ".join(sentences), tuple(warnings)
    )
    html = nights_html(entries, "" if whose == UNNAMED else whose, files.csv.name)
    try:
        write_text(files.csv, nights_csv(entries), mode=0o600)  # health data: for the wearer's eyes
        write_text(files.html, html, mode=0o600)
    except OSError as error:
        raise EdgekitError(
            f"the report cannot be written to {folder}: {error.strerror}. Pass another --out."
        ) from None
    return files


def _check(entries: Sequence[NightEntry], subject: str | None) -> None:
    if not entries:
        of = f" of {subject}" if subject else ""
        raise UsageError(f"none of these nights{of} holds a decision: there is nothing to show")
    whose = sorted({entry.subject for entry in entries})
    if len(whose) > 1:
        raise UsageError(
            f"these nights are of {len(whose)} people ({', '.join(whose)[:200]}), and a page is "
            f"one person's: add --subject {_example(whose)}"
        )
    for entry in entries:
        if entry.spec.postures != entries[0].spec.postures:
            raise UsageError(
                f"{entry.path.name} was decided on other classes than {entries[0].path.name}: let "
                "one model decide on both, with edgekit rescore"
            )
    if len(entries) > MOST_NIGHTS:
        raise UsageError(f"{len(entries)} nights are more than the {MOST_NIGHTS} of one page")


def _example(names: Iterable[str]) -> str:
    return shlex.quote(min(names))

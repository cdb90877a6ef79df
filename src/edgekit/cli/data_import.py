"""edgekit data import: read what people have, say what was understood, write Recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import save_recording
from edgekit.text import duration

from .output import print_progress, print_result

if TYPE_CHECKING:
    from edgekit.train.datasets.any_file import Imported

HEADINGS = ("file", "subject", "rate", "unit", "duration", "gaps", "left out, and why")
MANY = 10_000  # files


@dataclass(frozen=True)
class _Read:
    """One file: what it holds, or why it cannot be read."""

    path: Path
    imported: "Imported | None"
    problem: str = ""


def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="Files, or folders whose files are all taken."),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the recordings go.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Roles in the table's order (time, x, y, z, label, subject; - skips one), or by "
            "name: x=ax,y=ay,z=az."
        ),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help="g, m/s2, mg, or as counts:256 (counts in 1 g).")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="HZ", help="Where a table has no times.")
    ] = None,
    time_unit: Annotated[str | None, typer.Option(help="s, ms, us or ns.")] = None,
    dates: Annotated[str | None, typer.Option(help="mdy or dmy, for dates with slashes.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Of times that name none: UTC or Europe/Berlin.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Who wore it; else from the file or its name.")
    ] = None,
    placement: Annotated[str | None, typer.Option(help="Where it was worn: chest, wrist.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
) -> None:
    """Read files of any sensor into Recordings (.npz), one per gapless stretch.

    Reads tables (CSV, TSV: Sensor Logger, phyphox, Physics Toolbox, Edge Impulse, OMGUI, ActiLife,
    GENEActiv, WISDM), Axivity .cwa, ActiGraph .gt3x, GENEActiv .bin, nights, and the public sets.
    Says first what it understood. A file that cannot be read is named, the others go on, and the
    exit code is 1. No file is overwritten.

    - `edgekit data import walks/*.csv --out recordings`
    - `edgekit data import ann.csv --columns time,x,y,z,-,label --unit m/s2 --dry-run`
    - `edgekit data import log.txt --rate 50 --subject ann --placement chest --out recordings`
    - `edgekit data import night.night --out recordings`
    """
    from edgekit.train.datasets.any_file import read_any
    from edgekit.train.datasets.tables import TableOptions

    if out is None and not dry_run:
        raise UsageError("name a folder with --out, or only look with --dry-run")
    options = TableOptions(columns, unit, rate, time_unit, dates, zone, subject, placement)
    options.check()
    read: list[_Read] = []
    for path in _listed(files):
        try:
            read.append(_Read(path, read_any(path, options)))
        except EdgekitError as error:
            read.append(_Read(path, None, str(error)))
        except MemoryError:
            read.append(_Read(path, None, f"{path} is too large for this computer's memory"))
    _print_table(read)
    failed = sum(one.imported is None for one in read)
    taken = 0
    if out is not None and not dry_run:
        written, taken = _write(read, out)
        print_result(f"{written} recording{'s' * (written != 1)} written to {out}")
    if failed or taken:
        raise EdgekitError(
            f"{failed} of {len(read)} files could not be read"
            if failed
            else f"{taken} recordings were there already and stay as they are: name another --out"
        )


def _listed(files: Sequence[Path]) -> list[Path]:
    """Return the files, with those of folders. Raises UsageError where a folder holds none."""
    listed: list[Path] = []
    for path in files:
        if not path.is_dir():
            listed.append(path)
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        if not inside:
            raise UsageError(f"{path} holds no files")
        listed += inside
    if len(listed) > MANY:
        raise UsageError(f"{len(listed):,} files; import at most {MANY:,} at a time")
    return list(dict.fromkeys(listed))


def _print_table(read: Sequence[_Read]) -> None:
    """Print a row a file, in columns as wide as they need, and its notes below it."""
    rows = [HEADINGS, *(_row(one) for one in read if one.imported)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADINGS))]
    if len(rows) > 1:
        _print_row(rows[0], widths)
    for one in read:
        if one.imported is None:
            print_result(f"not read: {one.problem}")
            continue
        _print_row(_row(one), widths)
        print_progress(f"  {one.path.name}: {one.imported.layout}")
        for note in one.imported.notes:
            print_result(f"  {note}")


def _print_row(row: Sequence[str], widths: Sequence[int]) -> None:
    fields = (f"{field:{width}}" for field, width in zip(row, widths, strict=True))
    print_result("  ".join(fields).rstrip())


def _row(one: _Read) -> tuple[str, ...]:
    assert one.imported is not None
    recordings = one.imported.recordings
    subjects = list(dict.fromkeys(recording.subject for recording in recordings))
    rates = [recording.rate_hz for recording in recordings]
    low, high = min(rates), max(rates)
    rate = f"{low:.4g}" if high <= 1.001 * low else f"{low:.4g} to {high:.4g}"
    left_out = ", ".join(f"{n:,} {cause}" for cause, n in one.imported.left_out.most_common())
    return (
        one.path.name,
        subjects[0] if len(subjects) == 1 else f"{len(subjects)} subjects",
        f"{rate} Hz",
        one.imported.unit,
        duration(sum(recording.duration_s for recording in recordings)),
        str(one.imported.gaps),
        left_out or "nothing",
    )


def _write(read: Sequence[_Read], out: Path) -> tuple[int, int]:
    """Write each recording under a name of its own; return how many, and how many were there."""
    written = taken = 0
    names: set[str] = set()
    for one in read:
        recordings = one.imported.recordings if one.imported else []
        base = _free_name(one.path, names)
        for number, recording in enumerate(recordings, 1):
            path = out / _numbered(base, number, len(recordings))
            if path.exists():
                taken += 1
                continue
            save_recording(recording, path)
            written += 1
    return written, taken


def _free_name(path: Path, names: set[str]) -> str:
    """Return the file's name without its endings, with its folder's where two files share it."""
    base = path.name.removesuffix(".gz")
    base = base.rpartition(".")[0] or base
    candidates = [base, f"{path.parent.name}-{base}", *(f"{base}-{k}" for k in range(2, MANY + 2))]
    name = next(candidate for candidate in candidates if candidate not in names)
    names.add(name)
    return name


def _numbered(base: str, number: int, count: int) -> str:
    return f"{base}.npz" if count == 1 else f"{base}-{number:0{len(str(count))}}.npz"

"""edgekit data import: read what people have, say what was understood, write Recordings."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import ENDING as LABELS_ENDING
from edgekit.recording import save_recording
from edgekit.text import counted

from .import_table import ReadFile, print_table
from .output import print_progress, print_result

if TYPE_CHECKING:
    from edgekit.train.datasets.import_labels import LabelSources
    from edgekit.train.datasets.tables import TableOptions

MANY = 10_000  # files
LONGEST_NAME = 200  # bytes of 255, to which a folder's name, a number and endings may come
# What lies beside recordings and holds no samples.
BESIDE = (LABELS_ENDING, "-wal", "-shm", "-journal", "dataset.toml")


def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files, or folders whose files are all taken."),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the recordings go.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Roles in the table's order (time, x, y, z, label, subject, placement; - skips "
            "one), or by name: x=ax,y=ay,z=az."
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(help="Unit of the acceleration: g, m/s2, mg, or counts:256 (counts in 1 g)."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="HZ", help="Samples a second of a table without times.")
    ] = None,
    time_unit: Annotated[
        str | None, typer.Option(help="Unit of times that are numbers: s, ms, us, ns, min, h, d.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(help="mdy, dmy or ymd: the order in dates with slashes.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Time zone of times that name none: UTC or Europe/Berlin.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Who wore it; else from the file or its name.")
    ] = None,
    placement: Annotated[str | None, typer.Option(help="Where it was worn: chest, wrist.")] = None,
    name_pattern: Annotated[
        str | None,
        typer.Option(
            metavar="PATTERN",
            help="Read {subject}, {placement} and {label} from the files' names; * is any text.",
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A table of labels: CSV with file, start, end, posture, placement.",
        ),
    ] = None,
    annotations: Annotated[
        bool, typer.Option("--annotations", help="Take an EDF's annotations as labels.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what was understood, and write nothing.")
    ] = False,
) -> None:
    """Read files of any sensor into Recordings (.npz), one per gapless stretch.

    Reads tables (CSV, TSV: Sensor Logger, phyphox, Physics Toolbox, Edge Impulse, OMGUI, ActiLife,
    GENEActiv, WISDM), Parquet, EDF and EDF+, Axivity .cwa, ActiGraph .gt3x, GENEActiv .bin, nights,
    and the public sets. Prints what it understood before it writes. A file that cannot be read is
    named, the others go on, and the exit code is 1. No file is overwritten.

    Labels come from a column; from the files' names; from a table, whose times are seconds from a
    file's first sample, h:mm:ss, or dates with a zone; and from NAME.labels.csv next to NAME, which
    `edgekit label` writes. Each overrides those before it. A name that does not fit the pattern
    is not read.

    - `edgekit data import walks/*.csv --out recordings`
    - `edgekit data import study --name-pattern "{subject}/{placement}_{label}_*.csv" --out set`
    - `edgekit data import ann.cwa bob.cwa --labels diary.csv --placement chest --out set`
    - `edgekit data import ann.csv --columns time,x,y,z,-,label --unit m/s2 --dry-run`
    - `edgekit data import log.txt --rate 50 --subject ann --placement chest --out recordings`
    - `edgekit data import sleep.edf --columns "x=Acc X,y=Acc Y,z=Acc Z" --annotations --out set`
    - `edgekit data import night.night --out recordings`
    """
    from edgekit.dataset_folder import describe_folder
    from edgekit.train.datasets.import_labels import LabelSources, table_of_labels
    from edgekit.train.datasets.name_pattern import name_pattern as compiled
    from edgekit.train.datasets.tables import TableOptions

    if out is None and not dry_run:
        raise UsageError("name a folder with --out, or only look with --dry-run")
    options = TableOptions(
        columns, unit, rate, time_unit, dates, zone, subject, placement, annotations
    )
    options.check()
    pattern = compiled(name_pattern) if name_pattern else None
    for given, name in ((subject, "subject"), (placement, "placement")):
        if given and pattern and f"{{{name}}}" in pattern.text:
            raise UsageError(f"--{name} and {{{name}}} in --name-pattern both say the {name}")
    paths = [path for path in _listed(files) if labels is None or not _is_same(path, labels)]
    table = table_of_labels(labels, paths) if labels else None
    read = _read(paths, options, LabelSources(pattern, table), out)
    print_table(read)
    if table and table.not_imported:
        print_result(f"{table.path.name} has rows for files that were not imported:")
        print_result("  " + ", ".join(table.not_imported))
    failed = sum(file.imported is None for file in read)
    taken = 0
    if out is not None and not dry_run:
        written, taken = _write(read, out)
        print_result(f"{counted(written, 'recording')} written to {out}")
        if written or taken:  # taken: an import that was stopped is run again
            print_result(describe_folder(out) or _without_labels(out))
    if failed or taken:
        raise EdgekitError(
            f"{failed} of {len(read)} files could not be read"
            if failed
            else f"{counted(taken, 'recording')} not written, because {out} held files of "
            "these names, which stay as they are: name another folder with --out"
        )


def _read(
    paths: Sequence[Path], options: "TableOptions", labels: "LabelSources", out: Path | None
) -> list[ReadFile]:
    """Read and label each file; names are written as in the data set `out`, and alike in all files.

    Raises EdgekitError where the dataset.toml of `out` is wrong.
    """
    from edgekit.dataset_folder import DESCRIPTION, read_description
    from edgekit.train.datasets.any_file import read_any
    from edgekit.train.datasets.spelling import (
        Spellings,
        check_names,
        mixed_labels,
        spellings_of,
    )

    spellings = Spellings()
    if out is not None and (out / DESCRIPTION).is_file():
        spellings = spellings_of(read_description(out))
    read: list[ReadFile] = []
    for number, path in enumerate(paths, 1):
        if len(paths) > 1:
            print_progress(f"reading {number} of {len(paths)}: {path}")
        try:
            labels.check_name(path)
            imported = labels.labelled(read_any(path, options), path)
            check_names(imported.recordings, path)
            recordings, changed = spellings.unified(imported.recordings)
            notes = (*imported.notes, *mixed_labels(recordings), *changed)
            read.append(ReadFile(path, replace(imported, recordings=recordings, notes=notes)))
        except EdgekitError as error:
            read.append(ReadFile(path, None, str(error)))
        except MemoryError:
            read.append(ReadFile(path, None, f"{path} is too large for this computer's memory"))
    return read


def _listed(files: Sequence[Path]) -> list[Path]:
    """Return the files, with those of folders. Raises UsageError where a folder holds none."""
    if not any(path.exists() for path in files):
        raise UsageError(f"no file at {files[0]}")
    listed: list[Path] = []
    for path in files:
        if not path.is_dir():
            listed.append(path)
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_beside(p))
        if not inside:
            raise UsageError(f"{path} holds no files")
        listed += inside
    if len(listed) > MANY:
        raise UsageError(f"{len(listed):,} files; import at most {MANY:,} at a time")
    with_samples = [path for path in dict.fromkeys(listed) if not path.name.endswith(BESIDE)]
    if not with_samples:
        raise UsageError(f"{listed[0]} holds a recording's labels or notes: name the recording")
    return with_samples


def _is_beside(path: Path) -> bool:
    return path.name.startswith(".") or path.name.endswith(BESIDE)


def _is_same(path: Path, other: Path) -> bool:
    return path.absolute() == other.absolute()


def _write(read: Sequence[ReadFile], out: Path) -> tuple[int, int]:
    """Write each recording under a name of its own; return how many, and how many were there."""
    written = taken = 0
    names: set[str] = set()
    for file in read:
        recordings = file.imported.recordings if file.imported else []
        base = _free_name(file.path, names)
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
    base = _at_most(base.rpartition(".")[0] or base, LONGEST_NAME)
    candidates = [
        base,
        f"{_at_most(path.parent.name, 30)}-{base}",
        *(f"{base}-{k}" for k in range(2, MANY + 2)),
    ]
    name = next(candidate for candidate in candidates if candidate not in names)
    names.add(name)
    return name


def _at_most(name: str, longest: int) -> str:
    """Return a file's name cut to its first bytes, between two characters."""
    return os.fsencode(name)[:longest].decode(errors="ignore")


def _numbered(base: str, number: int, count: int) -> str:
    return f"{base}.npz" if count == 1 else f"{base}-{number:0{len(str(count))}}.npz"


def _without_labels(out: Path) -> str:
    """Say how recordings without a label become a data set."""
    return f"no label yet: edgekit label {out}/FILE.npz, then edgekit data describe {out}"

"""edgekit nights: the nights of a folder; merged, trimmed, exported, deleted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from edgekit.errors import EdgekitError, UsageError

from .folders import nights_folder
from .options import JsonOption, OutFolderOption
from .output import print_json, print_result, print_table

if TYPE_CHECKING:
    from edgekit.device.nights import Listed

nights_app = typer.Typer(
    help="List, merge, trim, export and delete nights.", no_args_is_help=True, add_completion=False
)


@nights_app.command("list")
def list_command(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Where the nights lie; nights/ if absent."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this person's nights.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show the nights of a folder, oldest first.

    - `edgekit nights list`
    - `edgekit nights list --json`
    """
    from edgekit.device.nights import list_nights

    folder = folder or nights_folder()
    nights = list_nights(folder)
    if subject is not None:
        nights = [each for each in nights if each.subject == subject.strip()]
    if json:
        print_json("nights", folder=str(folder), nights=[_fields(each) for each in nights])
        return
    if not nights:
        of = f" of {subject}" if subject else ""
        raise UsageError(f"no night{of} in {folder}/. Record one with: edgekit monitor")
    table = Table()
    for name in ("night", "began", "hours", "subject", "model", "MB", ""):
        table.add_column(name, justify="right" if name in ("hours", "MB") else "left")
    for each in nights:
        if each.start is None:
            table.add_row(each.path.name, "", "", "", "", "", "[red]cannot be read[/]")
            continue
        table.add_row(
            each.path.name, f"{each.start:%Y-%m-%d %H:%M}", f"{each.hours:.2f}", each.subject,
            each.model, f"{each.megabytes:.1f}", "" if each.ended_well else "cut off, or going on",
        )  # fmt: skip
    print_table(table)
    for each in nights:
        if each.error:
            print_result(each.error)


@nights_app.command("merge")
def merge_command(
    nights: Annotated[
        list[Path], typer.Argument(metavar="NIGHT...", help="Two nights or more, of one subject.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The merged night's file.")],
) -> None:
    """Join nights of one subject and one model, in the order of time; the gap is recorded.

    Labels made by hand (X.labels.csv next to X.night) are joined next to the merged night.

    - `edgekit nights merge nights/a.night nights/b.night --out nights/ab.night`
    """
    from edgekit.device.nights import merge

    labels = merge(nights, out)
    _print_written(out, labels)


@nights_app.command("trim")
def trim_command(
    night: Annotated[Path, typer.Argument(metavar="NIGHT", help="The night's file.")],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The new night; the same name replaces it.")
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="TIME", help="23:15 on the wearer's clock; its beginning if absent."
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="TIME", help="06:40; its end if absent.")
    ] = None,
) -> None:
    """Keep the part of a night between two times on the wearer's clock.

    Labels made by hand within it (X.labels.csv next to X.night) are kept, with new times.

    - `edgekit nights trim nights/a.night --from 23:15 --to 06:40 --out nights/a-short.night`
    """
    from edgekit.device.nights import moment, trim
    from edgekit.night.reader import open_night

    with open_night(night) as opened:
        begin_s = moment(from_, opened) if from_ else -float("inf")
        end_s = moment(to, opened) if to else float("inf")
    labels = trim(night, begin_s, end_s, out)
    _print_written(out, labels)


@nights_app.command("export")
def export_command(
    night: Annotated[Path, typer.Argument(metavar="NIGHT", help="The night's file.")],
    out: OutFolderOption = None,
    form: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="NAME", help="csv, parquet or edf; may be repeated."),
    ] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="The raw samples, too: X.samples.csv or .parquet.")
    ] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", hidden=True, help="As --format parquet.")
    ] = False,
    edf: Annotated[bool, typer.Option("--edf", hidden=True, help="As --format edf.")] = False,
) -> None:
    """Write a night's decisions as CSV, Parquet or EDF+, and its raw samples on request.

    EDF+ holds the samples anyway. Without --format and --samples: what `edgekit report` writes.

    - `edgekit nights export nights/2026-11-28-anna.night --format parquet --samples`
    - `edgekit nights export nights/2026-11-28-anna.night --format edf --out lab`
    """
    from .report import check_folder, report_night

    check_folder(out)
    if form or samples:
        named = [*(form or []), *(["parquet"] if parquet else []), *(["edf"] if edf else [])]
        _export(night, named or ["csv"], out, samples)
        return
    files = report_night(night, out, parquet=parquet, edf=edf)
    if files.without_edf:
        raise EdgekitError(files.without_edf)


@nights_app.command("delete")
def delete_command(
    nights: Annotated[list[Path], typer.Argument(metavar="NIGHT...", help="The nights' files.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete nights for good; asks before each. Labels made by hand stay, and are named.

    - `edgekit nights delete nights/a.night`
    """
    from edgekit.device.nights import delete
    from edgekit.label_spans import labels_beside

    for path in nights:
        if not path.is_file():
            raise UsageError(f"no night at {path}")
        if yes or typer.confirm(f"Delete {path} for good?"):
            delete(path)
            print_result(f"deleted {path}")
            if (labels := labels_beside(path)).is_file():
                print_result(f"labels  stay in {labels}; delete that file yourself if you wish")


def _fields(night: "Listed") -> dict[str, Any]:
    """Return what is known of a night; `error` says why one cannot be read, and nothing else is."""
    is_readable = night.start is not None
    return {
        "path": str(night.path),
        "start": night.start.isoformat() if night.start else None,
        "duration_h": round(night.hours, 4) if is_readable else None,
        "subject": night.subject if is_readable else None,
        "model": night.model if is_readable else None,
        "size_mb": round(night.megabytes, 3) if is_readable else None,
        "ended_well": night.ended_well if is_readable else None,
        "error": night.error or None,
    }


def _export(night: Path, formats: list[str], out: Path | None, samples: bool) -> None:
    from edgekit.device.report.export.files import FORMATS, export_night

    if unknown := [name for name in formats if name not in FORMATS]:
        raise UsageError(f"--format is csv, parquet or edf, not {unknown[0]!r}")
    for form in FORMATS:
        if form in formats:
            for file in export_night(night, form, out, with_samples=samples):
                print_result(f"{form:8}{file}")


def _print_written(night: Path, labels: Path | None) -> None:
    print_result(f"night   {night}")
    if labels:
        print_result(f"labels  {labels}")

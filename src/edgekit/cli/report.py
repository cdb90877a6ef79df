"""edgekit report: a Night in, one HTML page and one CSV out; or several nights on one page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.names import checked_subject

from .browser import show_page
from .folders import latest_night, nights_folder
from .options import JsonOption, OutFolderOption
from .output import print_doubts, print_json, print_result, print_table, print_warning
from .report_json import night_fields
from .settings import without_settings

if TYPE_CHECKING:
    from edgekit.device.report import ReportFiles

NO_DECISIONS = "This night holds no decision: it is shorter than one window, or no sample came."


def report_command(
    context: typer.Context,
    nights: Annotated[
        list[Path] | None,
        typer.Argument(
            help="A night's file, or several; the newest if absent.", metavar="NIGHT..."
        ),
    ] = None,
    out: OutFolderOption = None,
    last: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=100, help="One page of the last N evenings, 7 for a week."
        ),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose nights, where several people's are.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="The table of decisions as Parquet, too.")
    ] = False,
    edf: Annotated[
        bool, typer.Option("--edf", help="EDF+ for sleep laboratories, too: signals, annotations.")
    ] = False,
    json: JsonOption = False,
    csv: Annotated[
        bool, typer.Option("--csv", hidden=True, help="Accepted, as it was: always written.")
    ] = True,
) -> None:
    """Write a night's report: one self-contained page to read over breakfast, and a table.

    The page compares it with up to 14 earlier nights of the same person in its folder. Of several
    nights, or with --last, one page shows them together: evenings without a night are shown as
    missing.

    - `edgekit report --open`
    - `edgekit report nights/2026-11-28-anna.night --edf --parquet --out reports`
    - `edgekit report --last 7 --subject anna`
    - `edgekit report --json`
    - `edgekit report nights/2026-11-2*-anna.night`
    """
    if nights and last is None:  # named: the wearer of edgekit.toml does not choose among them
        subject = without_settings(context, {"subject": subject})["subject"]
    whose = checked_subject(subject)
    check_folder(out)
    if last is not None or (nights and len(nights) > 1):
        if edf or parquet:
            raise UsageError("--edf and --parquet are of one night: name it alone")
        page, missing = _report_nights(nights or [], last, whose, out, json), ""
    else:
        files = report_night(
            nights[0] if nights else latest_night(whose),
            out,
            parquet=parquet,
            edf=edf,
            csv=csv,
            json=json,
        )
        page, missing = files.html, files.without_edf
    if show:
        show_page(page)
    if missing:
        raise EdgekitError(missing)


def report_night(
    path: Path,
    out: Path | None,
    *,
    parquet: bool = False,
    edf: bool = False,
    csv: bool = True,
    json: bool = False,
) -> "ReportFiles":
    """Write one night's report, and print its figures and where its files are."""
    from edgekit.device.report import write_report

    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a night in it, or --last 7 {path}")
    files = write_report(path, out, parquet=parquet, edf=edf)
    if json:
        named = {
            name: str(file) if (file := getattr(files, name)) else None
            for name in ("html", "csv", "parquet", "edf")
        }
        print_json("report", **night_fields(path), files=named)
        return files
    grave = [doubt for doubt in files.doubts if doubt.is_grave]
    print_doubts(grave, path.name)
    print_result(files.sentence or NO_DECISIONS)
    _print_summary(path, is_plausible=not grave)
    written = [("page", files.html), ("table", files.csv if csv else None)]
    written += [("parquet", files.parquet), ("EDF+", files.edf)]
    for what, file in written:
        if file:
            print_result(f"{what:8}{file}")
    return files


def check_folder(out: Path | None) -> None:
    """Raise UsageError where --out names a file."""
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; --out is a folder")


def _report_nights(
    nights: list[Path], last: int | None, subject: str | None, out: Path | None, json: bool
) -> Path:
    from edgekit.device.report.nights_report import last_nights, write_nights_report

    if last is not None:
        if len(nights) > 1 or (nights and not nights[0].is_dir()):
            raise UsageError(
                f"--last takes the nights of a folder, {nights_folder()}/ if none is named"
            )
        nights = last_nights(nights[0] if nights else nights_folder(), last, subject)
    files = write_nights_report(nights, out, subject)
    if json:
        named = {"html": str(files.html), "csv": str(files.csv)}
        each = [night_fields(path) for path in nights]
        print_json("report of nights", sentence=files.sentence, nights=each, files=named)
        return files.html
    for line in files.warnings:
        print_warning(line)
    print_result(files.sentence)
    print_result(f"page    {files.html}")
    print_result(f"table   {files.csv}")
    return files.html


def _print_summary(path: Path, is_plausible: bool) -> None:
    """Print the night's main figures as a table."""
    from edgekit.device.report.summary import summarise
    from edgekit.night.reader import open_night

    with open_night(path) as night:
        decisions = night.decisions()
        spec = night.spec
    if not len(decisions.start_s):
        return
    summary = summarise(decisions, spec)
    print_result(f"{path.name}: {summary.worn_min / 60:.2f} h worn, as the network recognised")
    table = Table()
    table.add_column("posture" if spec.has_body_axes else "activity")
    table.add_column("minutes", justify="right")
    table.add_column("%", justify="right")
    for share in summary.lanes:
        table.add_row(Text(share.name), f"{share.minutes:.1f}", f"{share.percent:.1f}")
    table.add_section()
    per_hour = summary.changes_per_hour
    table.add_row(
        "changes", str(summary.changes), "" if per_hour is None else f"{per_hour:.1f} / h"
    )
    if is_plausible and (place := summary.sure_placement):
        of_windows = f"{100 * place.share:.1f}"
        table.add_row(Text(f"worn at: {place.name} (of windows)"), "", of_windows)
    print_table(table)

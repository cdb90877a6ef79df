"""edgekit report: a Night in, one HTML page and one CSV out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from .folders import latest_night
from .options import NightArgument, OutFolderOption
from .output import print_result, print_table


def report_command(
    night: NightArgument = None,
    out: OutFolderOption = None,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="The table of decisions as Parquet, too.")
    ] = False,
    edf: Annotated[
        bool, typer.Option("--edf", help="EDF+ for sleep laboratories, too: signals, annotations.")
    ] = False,
    csv: Annotated[
        bool, typer.Option("--csv", hidden=True, help="Accepted, as it was: always written.")
    ] = True,
) -> None:
    """Write a night's report: one self-contained page to read over breakfast, and a table.

    The page compares it with up to 14 earlier nights in its folder.

    - `edgekit report`
    - `edgekit report nights/tuesday.night --edf --parquet --out reports`
    """
    from edgekit.device.report import write_report

    path = night or latest_night()
    files = write_report(path, out, parquet=parquet, edf=edf)
    _print_summary(path)
    written = [("page", files.html), ("table", files.csv if csv else None)]
    written += [("parquet", files.parquet), ("EDF+", files.edf)]
    for what, file in written:
        if file:
            print_result(f"{what:8}{file}")


def _print_summary(path: Path) -> None:
    """Print the night's main figures as a table."""
    from edgekit.device.report.summary import summarise
    from edgekit.night.reader import open_night

    with open_night(path) as night:
        decisions = night.decisions()
        spec = night.spec
    if not len(decisions.start_s):
        return
    summary = summarise(decisions, spec)
    table = Table(
        title=f"{path.name}: {summary.worn_min / 60:.2f} h worn (as the network recognised)"
    )
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
    if len(spec.placements) > 1:
        place = summary.placements[0]
        table.add_row(Text(f"worn at: {place.name}"), "", f"{place.percent:.1f}")
    print_table(table)

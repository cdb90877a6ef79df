"""edgekit report: a Night in, one HTML page and one CSV out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .folders import latest_night


def report(
    night: Annotated[Path | None, typer.Argument(help="The night's file; the newest if absent.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder; beside the night if absent.")] = None,
) -> None:
    """Write a night's report: one self-contained page to read over breakfast, and a table.

    edgekit report

    edgekit report nights/tuesday.night --out reports
    """
    from edgekit.device.report import write_report

    path = night or latest_night()
    files = write_report(path, out or path.parent)
    Console().print(f"page   {files.page}\ntable  {files.table}", highlight=False)

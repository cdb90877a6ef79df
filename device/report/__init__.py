"""The night report: one Night in; one page that needs nothing else, and one table, out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import write_text
from edgekit.spec import UNLABELLED

from ..night import Decisions
from ..night_reader import Night, open_night
from .page import page_html
from .table import decisions_csv
from .time_axis import TimeAxis


@dataclass(frozen=True)
class ReportFiles:
    html: Path
    csv: Path


def write_report(night_path: Path, out_dir: Path | None = None) -> ReportFiles:
    """Write `<night>.html` and `<night>.csv` into `out_dir`, or beside the night.

    Replaces an earlier report on the same night. Raises UsageError when there is no night,
    EdgekitError when it is damaged or the folder cannot be written; then nothing is written.
    """
    folder = night_path.parent if out_dir is None else out_dir
    files = ReportFiles(folder / f"{night_path.stem}.html", folder / f"{night_path.stem}.csv")
    if night_path in (files.html, files.csv):
        raise UsageError(f"the report would take the name of the night {night_path}: rename it")
    with open_night(night_path) as night:
        decisions = night.decisions()
        _check(night, decisions)
        html = page_html(night, decisions, csv_name=files.csv.name)
        csv = decisions_csv(decisions, night.spec, night.utc_offset_s)
    try:
        write_text(files.csv, csv, mode=0o600)  # health data: for the wearer's eyes
        write_text(files.html, html, mode=0o600)
    except OSError as error:
        raise EdgekitError(
            f"the report cannot be written to {folder}: {error.strerror}. Pass another --out."
        ) from None
    return files


def _check(night: Night, decisions: Decisions) -> None:
    """Raises EdgekitError when the night has no time, or a class that its spec does not have."""
    try:
        TimeAxis(0.0, 1.0, night.utc_offset_s).local(night.start_s)
    except (KeyError, ValueError, OverflowError, OSError):
        raise EdgekitError(f"{night.path} is damaged: it does not say when it began") from None
    for what, index, least, names in (
        ("posture", decisions.posture, 0, night.spec.postures),
        ("posture", decisions.raw_posture, 0, night.spec.postures),
        ("label", decisions.truth, UNLABELLED, night.spec.postures),
        ("placement", decisions.placement, 0, night.spec.placements),
    ):
        if np.any((index < least) | (index >= len(names))):
            raise EdgekitError(
                f"{night.path} is damaged: a {what} in it is none of the {len(names)} of its spec"
            )

"""The night report: from a Night, one self-contained page and one table."""

from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.doubt import Doubt
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import whole_file, write_text
from edgekit.night.reader import open_night

from .check import check_night
from .export import NotEdfError
from .page import night_page
from .table import decisions_csv


@dataclass(frozen=True)
class ReportFiles:
    html: Path
    csv: Path
    parquet: Path | None = None
    edf: Path | None = None
    sentence: str = ""  # the night's answer, as the page opens; empty without a decision
    doubts: tuple[Doubt, ...] = ()  # the gravest first
    without_edf: str = ""  # why there is none, though one was asked for


def write_report(
    night_path: Path, out_dir: Path | None = None, *, parquet: bool = False, edf: bool = False
) -> ReportFiles:
    """Write `<night>.html` and `<night>.csv` into `out_dir`, or beside the night.

    `parquet` and `edf` add those files. Replaces an earlier report on the same night. Raises
    UsageError when there is no night, EdgekitError when it is damaged or the folder cannot be
    written; then nothing is written. A night that cannot be EDF has its page all the same.
    """
    folder = night_path.parent if out_dir is None else out_dir
    files = ReportFiles(
        folder / f"{night_path.stem}.html",
        folder / f"{night_path.stem}.csv",
        folder / f"{night_path.stem}.parquet" if parquet else None,
        folder / f"{night_path.stem}.edf" if edf else None,
    )
    if night_path.exists() and night_path in (files.html, files.csv, files.parquet, files.edf):
        raise UsageError(f"the report would take the name of the night {night_path}: rename it")
    with open_night(night_path) as night:
        decisions = night.decisions()
        check_night(night, decisions)
        page = night_page(night, decisions, csv_name=files.csv.name)
        files = replace(files, sentence=" ".join(page.opening), doubts=page.doubts)
        csv = decisions_csv(decisions, night.spec, night.utc_offsets)
        signals = b""
        if files.edf:
            from .export.edf import night_edf

            try:
                signals = night_edf(night, decisions)
            except NotEdfError as error:
                files = replace(files, edf=None, without_edf=str(error))
        spec, offsets = night.spec, night.utc_offsets
    try:
        write_text(files.csv, csv, mode=0o600)  # health data: for the wearer's eyes
        write_text(files.html, page.html, mode=0o600)
        if files.parquet:
            from .export.parquet import write_parquet

            write_parquet(files.parquet, decisions, spec, offsets)
        if files.edf:
            with whole_file(files.edf, mode=0o600) as file:
                file.write(signals)
    except OSError as error:
        raise EdgekitError(
            f"the report cannot be written to {folder}: {error.strerror}. Pass another --out."
        ) from None
    return files

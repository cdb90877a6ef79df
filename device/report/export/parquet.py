"""The table of decisions as Parquet: the columns of the CSV, numbers as numbers."""

from pathlib import Path

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.files import whole_file
from edgekit.night.night import Decisions
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import Spec

from ..table import DIGITS, decision_columns


def write_parquet(path: Path, decisions: Decisions, spec: Spec, utc_offsets: UtcOffsets) -> None:
    """Write one row per decision.

    Raises EdgekitError where polars is not installed, or the file cannot be written.
    """
    try:
        import polars as pl
    except ModuleNotFoundError:
        raise EdgekitError(
            f"Parquet is written by polars, which is not installed: {install_line('parquet')}"
        ) from None
    columns = decision_columns(decisions, spec, utc_offsets)
    schema = {name: pl.Float64 if name in DIGITS else pl.String for name in columns}
    table = pl.DataFrame(columns, schema=schema).with_columns(
        pl.from_epoch(pl.Series((1e6 * decisions.start_s).round().astype("int64")), "us")
        .dt.replace_time_zone("UTC")
        .alias("time_utc")
    )
    with whole_file(path, mode=0o600) as file:
        table.write_parquet(file)

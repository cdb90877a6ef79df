"""Export one night to files of one format: its decisions, and its raw samples on request."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import whole_file, write_text
from edgekit.night.reader import open_night

from ..check import check_night
from ..table import decisions_csv

Format = Literal["csv", "parquet", "edf"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "edf")


def export_night(
    path: Path, form: Format, out_dir: Path | None = None, *, with_samples: bool = False
) -> list[Path]:
    """Write the night's decisions, and its samples where wanted, beside it or into `out_dir`.

    `X.csv` or `X.parquet` with `X.samples.csv` or `X.samples.parquet`; EDF+ holds both in `X.edf`.
    Replaces earlier ones. Raises UsageError without a night, EdgekitError where it is damaged, the
    format cannot hold it, or the folder cannot be written.
    """
    folder = path.parent if out_dir is None else out_dir
    target, of_samples = folder / f"{path.stem}.{form}", folder / f"{path.stem}.samples.{form}"
    if path.exists() and path in (target, of_samples):
        raise UsageError(f"the export would take the name of the night {path}: rename it")
    with open_night(path) as night:
        decisions = night.decisions()
        check_night(night, decisions)
        if with_samples and not night.has_samples:
            raise EdgekitError(
                f"{path} holds no samples: the wearable stored decisions only. Export those, "
                "without --samples"
            )
        writers: dict[Path, Callable[[Path], None]] = {}
        if form == "edf":
            from .edf import night_edf

            signals = night_edf(night, decisions)
            writers[target] = lambda file: _write(file, signals)
        elif form == "parquet":
            from .parquet import write_parquet
            from .samples import write_samples_parquet

            writers[target] = lambda file: write_parquet(
                file, decisions, night.spec, night.utc_offsets
            )
            if with_samples:
                writers[of_samples] = lambda file: write_samples_parquet(file, night)
        else:
            from .samples import write_samples_csv

            table = decisions_csv(decisions, night.spec, night.utc_offsets)
            writers[target] = lambda file: write_text(file, table, mode=0o600)
            if with_samples:
                writers[of_samples] = lambda file: write_samples_csv(file, night)
        try:
            for file, write in writers.items():
                write(file)
        except OSError as error:
            raise EdgekitError(
                f"the export cannot be written to {folder}: {error.strerror}. Pass another --out."
            ) from None
    return list(writers)


def _write(path: Path, content: bytes) -> None:
    with whole_file(path, mode=0o600) as file:
        file.write(content)

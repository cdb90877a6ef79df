"""The raw samples of a night as a table: a time and three axes, as the sensor read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.files import whole_file
from edgekit.night.reader import Night

SAMPLE_COLUMNS = {
    "time_utc": "of the sample, ISO 8601, UTC",
    "x_g": "acceleration along the sensor's own x, in g, before any calibration",
    "y_g": "along its y",
    "z_g": "along its z",
}


@dataclass(frozen=True)
class _Stretch:
    """Samples without a gap among them: times (n,) in UTC microseconds, axes (n, 3) in g."""

    at_us: NDArray[np.int64]
    xyz_g: NDArray[np.float32]


def write_samples_csv(path: Path, night: Night) -> None:
    """Write a row a sample, a minute at a time; lines end in CRLF (RFC 4180)."""
    with whole_file(path, mode=0o600) as file:
        file.write((",".join(SAMPLE_COLUMNS) + "\r\n").encode())
        for stretch in _stretches(night):
            times = np.datetime_as_string(stretch.at_us.astype("datetime64[us]")).tolist()
            rows = zip(times, stretch.xyz_g.tolist(), strict=True)
            text = "".join(f"{at}+00:00,{x:.6g},{y:.6g},{z:.6g}\r\n" for at, (x, y, z) in rows)
            file.write(text.encode())


def write_samples_parquet(path: Path, night: Night) -> None:
    """Write a row a sample. Raises EdgekitError where polars is not installed."""
    try:
        import polars as pl
    except ModuleNotFoundError:
        raise EdgekitError(
            f"Parquet is written by polars, which is not installed: {install_line('parquet')}"
        ) from None
    stretches = list(_stretches(night))
    at_us = np.concatenate([stretch.at_us for stretch in stretches])
    xyz_g = np.concatenate([stretch.xyz_g for stretch in stretches])
    time_name, *axes = SAMPLE_COLUMNS
    time = pl.from_epoch(pl.Series(at_us), "us").dt.replace_time_zone("UTC").alias(time_name)
    columns = [pl.Series(name, xyz_g[:, k]) for k, name in enumerate(axes)]
    with whole_file(path, mode=0o600) as file:
        pl.DataFrame([time, *columns]).write_parquet(file)


def _stretches(night: Night) -> Iterator[_Stretch]:
    """Yield the night's samples as they are stored."""
    for samples in night.samples():
        at_s = samples.start_s + np.arange(len(samples.xyz_g)) / samples.rate_hz
        yield _Stretch(np.rint(1e6 * at_s).astype(np.int64), samples.xyz_g)

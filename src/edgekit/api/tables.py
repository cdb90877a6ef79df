"""Make a DataFrame of polars, or of pandas where only that is installed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError


def data_frame(columns: Mapping[str, NDArray[Any]]) -> Any:
    """Return the columns (n,) as a polars.DataFrame, else a pandas.DataFrame.

    Columns of numpy's datetime64 are UTC and say so. Raises EdgekitError where neither library is
    installed.
    """
    try:
        import polars
    except ImportError:
        return _pandas_frame(columns)
    frame = polars.DataFrame({name: _plain(values) for name, values in columns.items()})
    times = [name for name, values in columns.items() if values.dtype.kind == "M"]
    return frame.with_columns(polars.col(times).dt.replace_time_zone("UTC")) if times else frame


def utc(at_s: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Return seconds since 1970 (n,) as UTC times to the microsecond; NaN becomes NaT."""
    known = np.isfinite(at_s)
    microseconds = np.where(known, np.round(np.where(known, at_s, 0) * 1e6), 0).astype(np.int64)
    times = microseconds.astype("datetime64[us]")
    times[~known] = np.datetime64("NaT")
    return times


def _pandas_frame(columns: Mapping[str, NDArray[Any]]) -> Any:
    try:
        import pandas
    except ImportError:
        raise EdgekitError(
            f"a table needs polars or pandas, and neither is installed: {install_line('parquet')}"
        ) from None
    frame = pandas.DataFrame(dict(columns))
    for name, values in columns.items():
        if values.dtype.kind == "M":
            frame[name] = frame[name].dt.tz_localize("UTC")
    return frame


def _plain(values: NDArray[Any]) -> Any:
    """Return text as a list, because polars does not read numpy's fixed-width text."""
    return values.tolist() if values.dtype.kind == "U" else values

"""Check what a Recording's file holds: the type, range and agreement of each field.

Each check raises ValueError with a line that names the field, its value and what is needed.
"""

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.gravity import likely_units, rest_length
from edgekit.spec import UNLABELLED

LOWEST_HZ, HIGHEST_HZ = 1.0, 10_000.0
YEAR_2100_S = 4_102_444_800.0
MOST_BYTES = 2**30  # of all arrays, unpacked: ten days at 100 Hz
MOST_LABELS = 1_000
# Above it is another unit, not movement: the fastest runner's calmer half is below 3 g.
MOST_AT_REST_G = 4.0
CLOCKS = ("utc", "device")
FIELDS = ("rate_hz", "subject", "placement", "label_names", "start_s", "clock", "source")


def check_size(path: Path) -> None:
    """Refuse an archive that would unpack to more memory than a recording needs."""
    with zipfile.ZipFile(path) as archive:
        total = sum(entry.file_size for entry in archive.infolist())
    if total > MOST_BYTES:
        raise ValueError(f"it unpacks to {total:,} bytes; at most {MOST_BYTES:,} are read")


def check_header(header: dict[str, Any]) -> None:
    """Check the fields of a header, apart from format and version. Raises KeyError where absent."""
    unknown = set(header) - set(FIELDS)
    if unknown:
        raise ValueError(f"unknown field {sorted(unknown)[0]!r}; a header has {', '.join(FIELDS)}")
    for name in ("subject", "placement", "source"):
        if not isinstance(header[name], str):
            raise ValueError(f"{name} is {header[name]!r}; it must be a text")
    if header["clock"] not in CLOCKS:
        raise ValueError(f"clock is {header['clock']!r}; it must be 'utc' or 'device'")
    rate_hz = _number(header, "rate_hz")
    if not LOWEST_HZ <= rate_hz <= HIGHEST_HZ:
        raise ValueError(
            f"rate_hz is {rate_hz:g}; it must be from {LOWEST_HZ:g} to {HIGHEST_HZ:g} samples a "
            "second"
        )
    check_start(_number(header, "start_s"), header["clock"])
    names = header["label_names"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"label_names is {str(names)[:80]}; it must be a list of texts")
    if len(set(names)) != len(names):
        raise ValueError(f"label_names has a name twice: {', '.join(names)[:200]}")
    if len(names) > MOST_LABELS:
        raise ValueError(f"label_names has {len(names):,} names; at most {MOST_LABELS:,} are read")


def check_start(start_s: float, clock: str) -> None:
    """Check the first sample's time, in seconds on `clock`."""
    if abs(start_s) > YEAR_2100_S:
        thousands = next((k for k in (1, 2, 3) if abs(start_s) / 1000**k <= YEAR_2100_S), 0)
        unit = {1: "milliseconds", 2: "microseconds", 3: "nanoseconds"}.get(thousands)
        hint = f"; it looks like {unit}, so divide it by {1000**thousands:,}" if unit else ""
        raise ValueError(f"start_s is {start_s:g}, past the year 2100 in seconds{hint}")
    if clock == "utc" and start_s < 0:
        raise ValueError(f"start_s is {start_s:g}, before 1970, on a UTC clock")


def check_samples(xyz_g: NDArray[Any]) -> None:
    """Check acceleration (N, 3): numbers, finite, and in g by the length of gravity at rest."""
    if xyz_g.dtype.kind not in "fiu":
        raise ValueError(f"xyz_g holds {xyz_g.dtype}; it must hold numbers")
    if xyz_g.ndim != 2 or xyz_g.shape[1] != 3:
        raise ValueError(f"a recording is (N, 3), not {xyz_g.shape}")
    if len(xyz_g) == 0:
        raise ValueError("it holds no samples")
    if not np.isfinite(xyz_g.astype(np.float32)).all():
        raise ValueError("it holds samples that are not numbers")
    length = rest_length(xyz_g)
    if length > MOST_AT_REST_G:
        likely = " or ".join(likely_units(length))
        raise ValueError(
            f"its samples are {length:.4g} long at rest, where gravity is 1 g: "
            + (f"they look like {likely}; divide them to g" if likely else "convert them to g")
        )


def check_label(label: NDArray[Any] | None, samples: int, names: list[str]) -> None:
    """Check the labels (N,): whole numbers, each -1 or the index of a name."""
    if label is None:
        return
    if label.dtype.kind not in "iu":
        raise ValueError(f"label holds {label.dtype}; it must hold whole numbers")
    if label.shape != (samples,):
        raise ValueError(f"{label.shape} labels for {samples} samples")
    out = label[(label < UNLABELLED) | (label >= len(names))]
    if len(out):
        raise ValueError(
            f"label holds {int(out[0])}; with {len(names)} label_names it must be -1 (unlabelled)"
            + (f" or 0 to {len(names) - 1}" if names else "")
        )


def _number(header: dict[str, Any], name: str) -> float:
    value = header[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is {value!r}; it must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}; it must be a finite number")
    return number

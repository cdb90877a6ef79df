"""Read a .gt3x's `info.txt`: device, start, rate, scale, time zone, subject.

Source: ActiGraph, github.com/actigraph/GT3X-File-Format, info.txt.md. Dates are .NET ticks, 100 ns
since year 1, on the device's local clock.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError

from .logger import UNKNOWN, Header, printable

TICKS_PER_S = 10_000_000
TICKS_OF_1970 = 621_355_968_000_000_000
TICKS_OF_10000 = 3_155_378_976_000_000_000
ZONE = re.compile(r"([+-]?)(\d\d?):(\d\d)(?::(\d\d))?")
MOST_ZONE_S = 14 * 3600
# Counts per g by the first letters of the serial number, where the file does not say it.
COUNTS_PER_G = {"NEO": 341.0, "CLE": 341.0, "MRA": 341.0, "MOS": 256.0, "TAS": 256.0}
RATES_HZ = range(1, 1001)


@dataclass(frozen=True)
class Info:
    header: Header
    start_s: float | None  # wall-clock seconds from 1970 of the first sample
    rate_hz: int | None
    counts_per_g: float | None


def read_info(content: bytes, path: Path) -> Info:
    """Read info.txt; what is missing is None. Raises EdgekitError where a value is impossible."""
    pairs = (line.partition(":") for line in content.decode("utf-8-sig", "replace").splitlines())
    fields = {name.strip(): printable(value) for name, _, value in pairs}
    serial = fields.get("Serial Number", "")
    limb = " ".join(fields.get(name, "") for name in ("Side", "Limb")).strip().lower()
    header = Header(
        subject=fields.get("Subject Name") or UNKNOWN,
        placement=limb or UNKNOWN,
        device=f"ActiGraph {fields.get('Device Type', '')} {serial}".replace("  ", " ").strip(),
        source=path.name,
        utc_offset_s=_zone_s(fields.get("TimeZone", "")),
    )
    rate = _number(fields, "Sample Rate", path)
    if rate is not None and rate not in RATES_HZ:
        raise EdgekitError(
            f"{path}: info.txt has a sample rate of {rate:g} Hz. Get the file again."
        )
    scale = _number(fields, "Acceleration Scale", path)
    if scale is not None and not 1 <= scale <= 1e5:
        raise EdgekitError(f"{path}: info.txt has {scale:g} counts per g. Get the file again.")
    return Info(
        header=header,
        start_s=_start_s(fields, path),
        rate_hz=None if rate is None else int(rate),
        counts_per_g=COUNTS_PER_G.get(serial[:3].upper()) if scale is None else scale,
    )


def _number(fields: dict[str, str], name: str, path: Path) -> float | None:
    """Return a field's number, a decimal comma allowed; None where the field is missing."""
    if name not in fields:
        return None
    try:
        return float(fields[name].replace(",", "."))
    except ValueError:
        raise EdgekitError(
            f"{path}: info.txt has no number after '{name}:'. Get the file again."
        ) from None


def _start_s(fields: dict[str, str], path: Path) -> float | None:
    text = fields.get("Start Date")
    if text is None:
        return None
    plausible = text.isascii() and text.isdecimal() and len(text) <= 19
    ticks = int(text) if plausible else -1
    if not TICKS_OF_1970 <= ticks < TICKS_OF_10000:
        raise EdgekitError(f"{path}: info.txt has an impossible start date. Get the file again.")
    return (ticks - TICKS_OF_1970) / TICKS_PER_S


def _zone_s(text: str) -> float | None:
    """Return the offset from UTC of '-05:00:00'; None where there is none."""
    zone = ZONE.fullmatch(text)
    if zone is None:
        return None
    seconds = int(zone[2]) * 3600 + int(zone[3]) * 60 + int(zone[4] or 0)
    if seconds > MOST_ZONE_S:
        return None
    return float(-seconds if zone[1] == "-" else seconds)

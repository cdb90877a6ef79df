"""Recognise the columns of a power meter's table: time, voltage, current, power.

Headings that were confirmed in the tools' own sources or documents:
- FNIRSI by fnirsi_usb_power_data_logger (README): `timestamp sample_in_packet voltage_V current_A
  dp_V dn_V temp_C_ema energy_Ws capacity_As`, separated by spaces, below an empty line
- Nordic PPK2 (pc-nrfconnect-ppk, exportChartAction): `Timestamp(ms),Current(uA)`, then D0-D7
- Joulescope's program (pyjoulescope_ui, export): `#time (s),current (A),voltage (V)`
- Joulescope's downsample_logging.py: `time,current,voltage,power,charge,energy`, in SI
- Ruideng UM24C/25C/34C by pyummeter (export_csv): `Date;Voltage (V);Intensity (A);Power (W);...`
- Ruideng UM and TC by rd-usb (formatting): `Time,Voltage (V),Current (A),Power (W),...`
Not confirmed: AVHzY and Shizuku. rdumtool writes JSON, no table.
"""

import re
from dataclasses import dataclass

from edgekit.errors import EdgekitError

NAMES = {
    "time": ("time", "timestamp", "date", "datetime", "date time", "elapsed time"),
    "voltage": ("voltage", "bus voltage", "vbus"),
    "current": ("current", "intensity", "ibus"),
    "power": ("power",),
}
# In s, V, A and W; letters as a heading has them, small or large.
UNITS = {
    "time": {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6},
    "voltage": {"v": 1.0, "mv": 1e-3, "uv": 1e-6, "µv": 1e-6},
    "current": {"a": 1.0, "ma": 1e-3, "ua": 1e-6, "µa": 1e-6, "na": 1e-9},
    "power": {"w": 1.0, "mw": 1e-3, "uw": 1e-6, "µw": 1e-6},
}
NEEDED = (
    "needed are a time, and a power or a voltage and a current: "
    "time (s), voltage (V), current (A), power (W), or in ms, mV, mA, uA, mW"
)
_BRACKETED = re.compile(r"(.*?)\s*[(\[]\s*(.*?)\s*[)\]]")


@dataclass(frozen=True)
class MeterColumn:
    at: int
    heading: str
    scale: float | None  # to s, V, A or W; None: the heading names no unit


def columns_of(headings: list[str]) -> dict[str, MeterColumn]:
    """Return the columns by quantity.

    Raises EdgekitError where two are of one quantity, or one is missing.
    """
    columns: dict[str, MeterColumn] = {}
    for at, heading in enumerate(headings):
        for quantity in NAMES:
            column = _column(at, heading, quantity)
            if column is None:
                continue
            if quantity in columns:
                raise EdgekitError(
                    f"two columns are a {quantity}: {columns[quantity].heading!r} and {heading!r}. "
                    "Keep the one that is meant"
                )
            columns[quantity] = column
    if "time" not in columns or not columns.keys() & {"power", "current"}:
        raise EdgekitError(f"the columns are {', '.join(map(repr, headings))}; {NEEDED}")
    return columns


def _column(at: int, heading: str, quantity: str) -> MeterColumn | None:
    """Return the column where its heading names the quantity, else None."""
    text = heading.strip().replace("μ", "µ").lower()
    units = UNITS[quantity]
    if bracketed := _BRACKETED.fullmatch(text):
        name, unit = bracketed.groups()
    else:
        name, _, unit = text.rpartition("_")
        if unit not in units:
            name, unit = text, ""
    if name.replace("_", " ") not in NAMES[quantity] or (unit and unit not in units):
        return None
    return MeterColumn(at, heading.strip(), units.get(unit))

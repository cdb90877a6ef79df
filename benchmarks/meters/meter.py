"""Open the power meter that the command line names, and measure by it."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from edgekit.errors import UsageError

from .ina import Ina
from .ina_chip import CHIPS, InaChip
from .record import Metered, What
from .whole_machine import PowerMeter, Work, measure_rounds

FORMS = (
    "ina226:BUS:ADDRESS:OHMS (ina226:/dev/i2c-1:0x40:0.1), ina219 alike, rapl, nvml, "
    "csv:FILE, csv:FILE:VOLT where it has current alone (csv:ppk.csv:3.0), "
    "csv:FILE:FROM-TO of its seconds (csv:um25c.csv:10-70)"
)
ADDRESSES = range(0x40, 0x50)  # by A0 and A1: table 6-2 of SBOS547B, table 1 of SBOS448
ROUND_S, QUICK_ROUND_S = 10.0, 1.0
SETTLE_S, QUICK_SETTLE_S = 2.0, 0.5
_TABLE = re.compile(r"(?P<file>.+?)(:(?P<volt>[\d.]+))?(:(?P<from>[\d.]+)-(?P<to>[\d.]+))?")


def measure_power(
    spec: str,
    what: What,
    work: Work | None,
    *,
    quick: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> Metered:
    """Measure the power of `work` by the meter of `spec`, or of whatever runs without `work`.

    A table (csv:FILE) was recorded before, so that no work is done for it. Raises UsageError for an
    unknown meter or a wrong spec, EdgekitError where the meter cannot be read.
    """
    kind, _, rest = spec.partition(":")
    seconds, settle_s = (QUICK_ROUND_S, QUICK_SETTLE_S) if quick else (ROUND_S, SETTLE_S)

    def measure_by(meter: PowerMeter) -> Metered:
        return measure_rounds(
            meter, what, work, seconds=seconds, settle_s=settle_s, progress=progress
        )

    if kind in CHIPS:
        with closing(Ina(*_parse_wiring(spec, CHIPS[kind], rest))) as ina:
            return measure_by(ina)
    if kind == "csv":
        return _read_table(spec, what, rest)
    if spec in ("rapl", "nvml"):
        from . import counters  # imports torch

        return measure_by(getattr(counters, spec)())
    raise UsageError(f"no meter is called {spec!r}. There are {FORMS}")


def _parse_wiring(spec: str, chip: InaChip, rest: str) -> tuple[InaChip, str, int, float]:
    try:
        path, address_text, ohms_text = rest.split(":")
        address, ohms = int(address_text, 0), float(ohms_text)
    except ValueError:
        kind = chip.name.lower()
        raise UsageError(
            f"--meter {spec}: it is {kind}:BUS:ADDRESS:OHMS, as in {kind}:/dev/i2c-1:0x40:0.1"
        ) from None
    if address not in ADDRESSES:
        raise UsageError(f"--meter {spec}: an {chip.name}'s address is from 0x40 to 0x4f")
    if not 0 < ohms < 100:
        raise UsageError(f"--meter {spec}: the shunt's ohms are more than 0, as 0.1 of an R100")
    return chip, path, address, ohms


def _read_table(spec: str, what: What, rest: str) -> Metered:
    from .usb_csv import from_table

    parts = _TABLE.fullmatch(rest)
    try:
        if parts is None:
            raise ValueError
        volt = float(parts["volt"]) if parts["volt"] else None
        span_s = (float(parts["from"]), float(parts["to"])) if parts["from"] else None
    except ValueError:
        raise UsageError(
            f"--meter {spec}: it is csv:FILE, csv:FILE:VOLT or csv:FILE:FROM-TO"
        ) from None
    return from_table(Path(parts["file"]), what, volt, span_s)

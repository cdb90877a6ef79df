"""The options of `edgekit monitor`, and the night that they name or continue."""

import math
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import fresh
from edgekit.night.names import UNNAMED, night_name

from ..folders import CALIBRATION, latest_bundle, latest_night, nights_folder

if TYPE_CHECKING:
    from edgekit.calibration import Calibration

UNITS_S = {"h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
LONGEST_NIGHT_S = 7 * 24 * 3600.0
LONGEST_BREAK_S = 4 * 3600.0  # within a night, from the newest row to --resume


@dataclass(frozen=True)
class NightOptions:
    """All options but the source, as the user typed them; `resume` may be settled later."""

    faults: bool
    bundle: Path | None
    speed: str
    out: Path | None
    resume: bool
    calibration: Path | None
    bus: int
    address: str
    interrupt_pin: int | None
    alarm: str | None  # 'supine', 'baseline' or 'printed'
    alarm_pin: int | None
    web: str | None  # the address to listen on, with a port or without
    subject: str | None = None  # who wears the sensor, where named
    duration_s: float | None = None  # after which the night ends by itself
    simulates: str | None = None  # the source of the samples that a simulated sensor measures

    @property
    def wearer(self) -> str:
        """--subject, or the subject of nights whose wearer nobody named."""
        return self.subject or UNNAMED

    def night(self, start_s: float, subject: str) -> Path:
        """Return --out, or the newest night to --resume, or a new one in nights/.

        A new one is named by its evening and its subject.
        """
        if self.resume:
            return self.out or latest_night(self.subject)
        return self.out or fresh(nights_folder(), night_name(start_s, subject), ".night")

    def new_night(self, start_s: float | None = None, subject: str | None = None) -> Path:
        """Return `night`; one that begins now, of --subject, where nothing else is given.

        Raises UsageError where it is there and --resume is not given.
        """
        from edgekit.night.file import refuse_existing

        night = self.night(time.time() if start_s is None else start_s, subject or self.wearer)
        if not self.resume:
            refuse_existing(night)
        return night

    def loaded_bundle(self) -> Bundle:
        """Load --bundle, or the newest."""
        return load_bundle(self.bundle or latest_bundle())

    def times_real_time(self) -> float:
        """Return --speed as a number; 'full' is infinity. Raises UsageError for anything else."""
        if self.speed == "full":
            return math.inf
        try:
            return float(self.speed)
        except ValueError:
            raise UsageError(f"--speed is a number or 'full', not {self.speed!r}") from None


def seconds_of(text: str | None) -> float | None:
    """Return --duration in seconds: 8h, 90min, 30s; None for None. Raises UsageError."""
    if text is None:
        return None
    matched = re.fullmatch(r"(\d+(?:\.\d+)?) ?(h|min|m|s)", text.strip(), re.ASCII)
    seconds = float(matched[1]) * UNITS_S[matched[2]] if matched else 0.0
    if not 0 < seconds <= LONGEST_NIGHT_S:
        raise UsageError(
            f"--duration is a time up to 7 days, such as 8h, 90min or 30s: not {text!r}"
        )
    return seconds


def calibration_file(named: Path | None) -> Path | None:
    """Return --calibration, or calibration.json where it lies here: of the sensor on the bus."""
    return named or (CALIBRATION if CALIBRATION.is_file() else None)


def loaded_calibration(path: Path | None) -> "Calibration | None":
    """Load a calibration; None for None."""
    from edgekit.device.mount.calibrate import load_calibration

    return load_calibration(path) if path else None


def night_under_way(
    bundle: Path | None, calibration: Path | None, by_sensor: bool, subject: str | None = None
) -> bool:
    """Return whether the newest night was written to lately and, if `by_sensor`, by this monitor.

    Of `subject` where one is named. A service starts each evening, and after each fault. The newest
    rows of a night may lie in its write-ahead log alone; a clock that stood still makes no
    night younger than now.
    """
    from edgekit.night.reader import open_night

    try:
        newest = latest_night(subject)
    except UsageError:
        return False
    written_s = newest.stat().st_mtime
    with suppress(FileNotFoundError):
        log = newest.with_name(newest.name + "-wal")
        written_s = max(written_s, log.stat().st_mtime)
    if not 0 <= time.time() - written_s < LONGEST_BREAK_S:
        return False
    if not by_sensor:
        return True
    try:
        with open_night(newest) as night:
            return (
                night.meta.exact_rate  # measured by a sensor on this computer
                and night.meta.bundle_digest == load_bundle(bundle or latest_bundle()).digest
                and night.meta.calibration == loaded_calibration(calibration)
            )
    except EdgekitError:
        return False

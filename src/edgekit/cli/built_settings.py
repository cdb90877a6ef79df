"""The settings that an image is built with: how its sensor is mounted, and its alarm."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from edgekit.firmware.build.bundle_header import BuiltSettings

BuiltCalibrationOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="How its sensor will be mounted: see edgekit calibrate."),
]
BuiltAlarmOption = Annotated[
    str | None,
    typer.Option(help="'supine': vibrate on the back; 'baseline': count only; 'off': neither."),
]


def built_settings(calibration: Path | None, alarm: str | None) -> "BuiltSettings":
    """Return what --calibration and --alarm name. Raises UsageError for what is no calibration."""
    from edgekit.device.mount.calibrate import load_calibration
    from edgekit.firmware.build.bundle_header import BuiltSettings
    from edgekit.mounting import Mounting

    mounting = Mounting.of(load_calibration(calibration)) if calibration else None
    return BuiltSettings(mounting, alarm)

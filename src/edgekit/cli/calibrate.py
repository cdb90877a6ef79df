"""edgekit calibrate: ten still seconds in, how the sensor hangs on its wearer out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from edgekit.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CALIBRATION = Path("calibration.json")


def calibrate(
    replay: Annotated[
        Path, typer.Option(metavar="FILE", help="A Recording (.npz) of ten still seconds supine.")
    ],
    upright: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="One of ten still seconds upright: a sensor at any turn."
        ),
    ] = None,
    faces: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Six times: the sensor on each of its faces."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The calibration's file.")] = CALIBRATION,
) -> None:
    """Learn how the sensor is mounted, for the nights to come.

    Without --upright the sensor's y axis must point to the head, more or less.

    - `edgekit calibrate --replay back.npz`
    - `edgekit calibrate --replay back.npz --upright standing.npz`
    """
    from edgekit.device.calibrate import SIX_FACES, from_faces, mounted, save_calibration

    if faces and len(faces) != SIX_FACES:
        raise UsageError(f"--faces is given once for each of six faces, not {len(faces)} times")
    known = from_faces([_ten_seconds(face) for face in faces]) if faces else None
    standing = _ten_seconds(upright) if upright else None
    calibration = mounted(_ten_seconds(replay), standing, known)
    save_calibration(out, calibration)
    by = "back and upright" if upright else "the back alone, its y axis taken for the head's"
    Console().print(f"{out}: mounted by {by}", highlight=False, soft_wrap=True)


def _ten_seconds(path: Path) -> "NDArray[np.float32]":
    from edgekit.device.calibrate import take
    from edgekit.device.sources import FULL_SPEED, Replay
    from edgekit.recording import load_recording

    return take(Replay([load_recording(path)], FULL_SPEED))

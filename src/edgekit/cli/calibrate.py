"""edgekit calibrate: ten still seconds in, how the sensor is mounted on its wearer out."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
from edgekit.errors import UsageError
from edgekit.recording import load_recording
from edgekit.spec import SLEEP

from .folders import CALIBRATION
from .options import AddressOption, BusOption
from .output import print_doubts, print_result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BACK, UPRIGHT = "lie on your back, still", "stand or sit upright, still"


def calibrate_command(
    replay: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Recordings (.npz) in place of the sensor, in order."),
    ] = None,
    upright: Annotated[
        bool, typer.Option("--upright", help="Also ten seconds upright, for a sensor at any turn.")
    ] = False,
    faces: Annotated[
        bool,
        typer.Option("--faces", help="Also the sensor on each of its six faces, for its offsets."),
    ] = False,
    bus: BusOption = 1,
    address: AddressOption = f"0x{DEFAULT_ADDRESS:02x}",
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The calibration's file.")
    ] = CALIBRATION,
) -> None:
    """Learn how the sensor is mounted, for the nights to come.

    Without --upright the sensor's y axis must point to the head, more or less.

    - `edgekit calibrate --upright`
    - `edgekit calibrate --upright --replay back.npz --replay standing.npz`
    """
    from edgekit.device.mount.calibrate import (
        ON_BACK,
        SIX_FACES,
        face_up,
        from_faces,
        from_postures,
        save_calibration,
        still_mean,
    )

    asked = [BACK, *([UPRIGHT] if upright else [])]
    if faces:
        asked += [f"lay the sensor on a table, face {n + 1} of 6 up" for n in range(SIX_FACES)]
    if replay is not None and len(replay) != len(asked):
        raise UsageError(f"--replay is given {len(asked)} times here: {'; '.join(asked)}")
    # Check each hold before the next one is requested.
    holds = _of_files(replay) if replay else _of_sensor(asked, bus, parse_address(address))
    back_g = next(holds)
    still_mean(back_g, *ON_BACK)
    upright_g = next(holds) if upright else None
    from_postures(back_g, upright_g)
    faces_g: list[NDArray[np.float32]] = []
    up: list[str] = []
    for span in holds:
        up.append(face_up(span, up))
        faces_g.append(span)
    save_calibration(out, from_postures(back_g, upright_g, from_faces(faces_g) if faces else None))
    by = (
        "back and upright" if upright else "the back alone, its y axis assumed to point to the head"
    )
    print_result(f"{out}: mounted by {by}")


def _of_files(paths: list[Path]) -> "Iterator[NDArray[np.float32]]":
    from edgekit.device.mount.calibrate import read_span
    from edgekit.device.sources.source import FULL_SPEED, Replay

    for path in paths:
        source = Replay([load_recording(path)], FULL_SPEED)
        print_doubts(source.about.doubts, path.name)
        yield read_span(source)


def _of_sensor(asked: list[str], bus: int, address: int) -> "Iterator[NDArray[np.float32]]":
    from edgekit.device.mount.calibrate import SPAN_S, read_span
    from edgekit.device.sources.i2c_bus import I2cBus
    from edgekit.device.sources.sensor_source import SensorSource
    from edgekit.device.sources.sensors import open_sensor

    adapter = I2cBus(bus, address)
    for number, what in enumerate(asked, 1):
        typer.prompt(
            f"{number} of {len(asked)}: {what}, press Enter, and keep so for {SPAN_S:.0f} s",
            default="", show_default=False, prompt_suffix=" ",
        )  # fmt: skip
        yield read_span(SensorSource(open_sensor(adapter, SLEEP.rate_hz)))

"""edgekit calibrate: ten still seconds in, how the sensor is mounted on its wearer out."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
from edgekit.errors import UsageError
from edgekit.recording import load_recording
from edgekit.spec import SLEEP

from .calibrate_wearable import ask_for, calibrating, show_mounting
from .folders import CALIBRATION
from .options import AddressOption, BusOption
from .output import print_doubts, print_result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from edgekit.calibration import Calibration

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
    serial: Annotated[
        str | None,
        typer.Option(
            metavar="PORT", help="A wearable's serial port, or auto: it keeps its mounting."
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="With --serial: show the mounting that it keeps.")
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="With --serial: have it forget its mounting.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The calibration's file; calibration.json if absent, none with --serial.",
        ),
    ] = None,
) -> None:
    """Learn how the sensor is mounted, for the nights to come.

    Without --upright the sensor's y axis must point to the head, more or less. A wearable is told,
    and decides in the body's axes from then on, through resets and new images.

    - `edgekit calibrate --upright`
    - `edgekit calibrate --upright --replay back.npz --replay standing.npz`
    - `edgekit calibrate --serial /dev/ttyUSB0 --upright`
    - `edgekit calibrate --serial /dev/ttyUSB0 --show`
    """
    from edgekit.device.mount.calibrate import SIX_FACES, save_calibration

    if serial is None and (show or clear):
        raise UsageError("--show and --clear are for a wearable: --serial PORT")
    if show and clear:
        raise UsageError("--show and --clear exclude each other: pass one of them")
    if serial is not None and replay is not None:
        raise UsageError("--serial measures by the wearable, --replay by files: pass one of them")
    if serial is not None and (show or clear):
        show_mounting(serial, forget=clear)
        return
    asked = [BACK, *([UPRIGHT] if upright else [])]
    if faces:
        asked += [f"lay the sensor on a table, face {n + 1} of 6 up" for n in range(SIX_FACES)]
    if replay is not None and len(replay) != len(asked):
        raise UsageError(f"--replay is given {len(asked)} times here: {'; '.join(asked)}")
    by = (
        "back and upright" if upright else "the back alone, its y axis assumed to point to the head"
    )
    if serial is not None:
        with calibrating(serial, asked) as (holds, keep):
            calibration = _measured(holds, upright, faces)
            wearable = keep(calibration)
        print_result(f"{wearable} keeps its mounting by {by}")
        if out is None:
            return
    else:
        holds = _of_files(replay) if replay else _of_sensor(asked, bus, parse_address(address))
        calibration = _measured(holds, upright, faces)
    save_calibration(out or CALIBRATION, calibration)
    print_result(f"{out or CALIBRATION}: mounted by {by}")


def _measured(holds: "Iterator[NDArray[np.float32]]", upright: bool, faces: bool) -> "Calibration":
    """Return the calibration by these holds; each is checked before the next one is requested."""
    from edgekit.device.mount.calibrate import (
        ON_BACK,
        face_up,
        from_faces,
        from_postures,
        still_mean,
    )

    back_g = next(holds)
    still_mean(back_g, *ON_BACK)
    upright_g = next(holds) if upright else None
    from_postures(back_g, upright_g)
    faces_g: list[NDArray[np.float32]] = []
    up: list[str] = []
    for span in holds:
        up.append(face_up(span, up))
        faces_g.append(span)
    return from_postures(back_g, upright_g, from_faces(faces_g) if faces else None)


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
        ask_for(what, number, len(asked), SPAN_S)
        yield read_span(SensorSource(open_sensor(adapter, SLEEP.rate_hz)))

"""edgekit monitor: a Bundle and a source of samples in, or a wearable; a Night out."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.bundle import load_bundle
from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
from edgekit.errors import UsageError
from edgekit.recording import Recording, load_recording

from .folders import NIGHTS, fresh, latest_bundle, latest_night
from .output import print_result
from .sensor_night import (
    SensorNight,
    check_pins,
    night_under_way,
    watch_sensor,
    watch_simulated,
)

if TYPE_CHECKING:
    from edgekit.device.sources.wearable.greeting import Greeting
    from edgekit.device.sources.wearable.link import Link

SUBJECT = "wearer"


def monitor_command(
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Recording (.npz) or a raw public file."),
    ] = None,
    serial: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="A wearable's serial port, such as /dev/ttyUSB0."),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="With --serial: the night that it kept by itself.")
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(
            help="The bundle's folder; the newest if absent. With --serial: what must run there."
        ),
    ] = None,
    speed: Annotated[
        str, typer.Option(help="Times real time: 1, 60, ... or 'full', as fast as it goes.")
    ] = "1",
    out: Annotated[
        Path | None, typer.Option(help="The night's file; a new one in nights/ if absent.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with the night at --out, or the newest; a new one after 4 h."
        ),
    ] = False,
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="How the sensor is mounted: see edgekit calibrate."),
    ] = None,
    bus: Annotated[int, typer.Option(metavar="N", help="The sensor's: /dev/i2c-N.")] = 1,
    address: Annotated[
        str, typer.Option(help="The sensor's: 0x53, or 0x1d where its ALT ADDRESS pin is high.")
    ] = f"0x{DEFAULT_ADDRESS:02x}",
    interrupt_pin: Annotated[
        int | None,
        typer.Option(metavar="GPIO", help="Where the sensor's INT1 is wired; polled without."),
    ] = None,
    simulate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Recording that a simulated sensor measures."),
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="With --simulate: one of each fault of a night.")
    ] = False,
    alarm: Annotated[
        str | None,
        typer.Option(help="'supine': vibrate on the back; 'baseline': count only."),
    ] = None,
    alarm_pin: Annotated[
        int | None, typer.Option(metavar="GPIO", help="Of the vibrating motor.")
    ] = None,
    web: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A dashboard: 127.0.0.1, or with a token another."),
    ] = None,
) -> None:
    """Write a night: of the sensor on this computer's bus, of a wearable, or of a file.

    Ctrl-C ends the night well, and what was recorded is kept. --simulate needs no sensor: a
    simulated one stands on a simulated bus and measures a Recording.

    - `edgekit monitor`
    - `edgekit monitor --web 127.0.0.1 --alarm supine --alarm-pin 18`
    - `edgekit monitor --simulate night.npz --faults --speed full`
    - `edgekit monitor --serial /dev/ttyUSB0`
    - `edgekit monitor --serial /dev/ttyUSB0 --stored`
    - `edgekit monitor --serial /dev/ttyUSB0 --resume`
    - `edgekit monitor --replay night.npz --speed full`
    - `edgekit monitor --replay data_1606_accel_watch.txt.gz --bundle bundles/wisdm --speed 60`
    """
    is_here = serial is None and replay is None
    if not is_here and (web, alarm, alarm_pin, interrupt_pin) != (None,) * 4:
        raise UsageError("--web, --alarm and --interrupt-pin are for the sensor on this computer")
    if resume and out is None:
        resume = night_under_way(bundle, calibration, by_sensor=is_here)
    is_one_place = sum(place is not None for place in (replay, serial, simulate)) <= 1
    if serial is not None and is_one_place:
        if speed != "1":
            raise UsageError("--speed is for a replay: a wearable measures in its own time")
        if calibration:
            raise UsageError("--calibration is for a replay: a wearable decides by itself")
        if stored:
            if resume:
                raise UsageError("--resume is not for what a wearable kept: that night is over")
            _store(serial, bundle, out or fresh(NIGHTS, "stored", ".night"))
        else:
            _watch_wearable(serial, bundle, _night(out, "wearable", resume), resume)
    elif replay is not None and is_one_place and not stored:
        night = _night(out, replay.name.split(".")[0], resume)
        _watch_replay(replay, bundle, speed, night, resume, calibration)
    elif is_here and not stored:
        asked = SensorNight(
            night=_night(out, simulate.name.split(".")[0] if simulate else "night", resume),
            resume=resume,
            bundle=bundle,
            bus=bus,
            address=parse_address(address),
            interrupt_pin=interrupt_pin,
            calibration=calibration,
            alarm=alarm,
            alarm_pin=alarm_pin,
            web=web,
            subject=SUBJECT,
        )
        _watch_here(asked, simulate, faults, speed)
    else:
        raise UsageError(
            "a night comes from one place: the sensor here, --replay FILE, --simulate FILE, "
            "--serial PORT, or what a wearable kept, --serial PORT --stored"
        )


def _watch_here(asked: SensorNight, simulate: Path | None, faults: bool, speed: str) -> None:
    check_pins(asked.alarm, asked.alarm_pin, asked.interrupt_pin)
    if not asked.resume:
        _refuse_existing(asked.night)
    if simulate:
        watch_simulated(simulate, asked, _factor(speed), faults)
        return
    if faults or speed != "1":
        raise UsageError("--faults and --speed are for --simulate: a sensor has its own time")
    summary = watch_sensor(asked)
    _say(
        f"{asked.night}: {summary.recorded_s / 3600:.2f} h, {summary.windows:,} decisions, "
        f"{summary.gaps} gaps"
    )


def _refuse_existing(night: Path) -> None:
    from edgekit.night.file import refuse_existing

    refuse_existing(night)


def _night(out: Path | None, name: str, resume: bool) -> Path:
    if resume:
        return out or latest_night()
    return out or fresh(NIGHTS, name, ".night")


def _watch_replay(
    replay: Path,
    bundle: Path | None,
    speed: str,
    night: Path,
    resume: bool,
    calibration: Path | None,
) -> None:
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.views.terminal import terminal_view
    from edgekit.device.mount.calibrate import load_calibration
    from edgekit.device.sources.source import Replay

    mounted = load_calibration(calibration) if calibration else None
    source = Replay(_recordings(replay), _factor(speed))
    answer = BundleAnswer(load_bundle(bundle or latest_bundle()), calibration=mounted)
    with terminal_view() as view:
        summary = record_night(source, answer, night, view, resume)
    agreed = ""
    if summary.labelled:
        share = 100 * summary.agreed / summary.labelled
        agreed = f"; {share:.1f} % of {summary.labelled:,} labelled windows decided as labelled"
    _say(
        f"{night}: {summary.recorded_s / 3600:.2f} h, {summary.windows:,} decisions, "
        f"{summary.gaps} gaps, in {summary.wall_s:.1f} s "
        f"({summary.classify_us:.1f} us a window, measured){agreed}"
    )


def _watch_wearable(port: str, bundle: Path | None, night: Path, resume: bool) -> None:
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.views.terminal import terminal_view
    from edgekit.device.sources.wearable.decisions import WearableAnswer
    from edgekit.device.sources.wearable.wearable import Wearable

    if not resume:
        _refuse_existing(night)
    with _greeted(port, bundle) as (link, greeting), terminal_view() as view:
        wearable = Wearable(link, greeting, SUBJECT)
        summary = record_night(wearable, WearableAnswer(greeting.model), night, view, resume)
    _say(
        f"{night}: {summary.recorded_s / 3600:.2f} h, {summary.windows:,} decisions of the "
        f"wearable's own, {summary.gaps} gaps, {link.lost} frames lost"
    )


def _store(port: str, bundle: Path | None, night: Path) -> None:
    from edgekit.device.sources.wearable.stored import store_night

    _refuse_existing(night)
    with _greeted(port, bundle) as (link, greeting):
        summary = store_night(link, greeting, night, SUBJECT)
    _say(
        f"{night}: {summary.duration_s / 3600:.2f} h, {summary.windows:,} decisions that the "
        "wearable kept; no samples"
    )


@contextmanager
def _greeted(port: str, bundle: Path | None) -> "Iterator[tuple[Link, Greeting]]":
    from edgekit.device.sources.wearable.greeting import check_bundle, greet
    from edgekit.device.sources.wearable.link import Link
    from edgekit.device.sources.wearable.serial_line import SerialLine

    loaded = load_bundle(bundle) if bundle else None
    line = SerialLine(port)
    try:
        link = Link(line)
        greeting = greet(link)
        if loaded:
            check_bundle(greeting, loaded)
        yield link, greeting
    finally:
        line.close()


def _say(line: str) -> None:
    print_result(line)


def _recordings(path: Path) -> list[Recording]:
    """One Recording, or those of a raw file, whose readers come with the training side."""
    if path.suffix == ".npz":
        return [load_recording(path)]
    from edgekit.train.datasets import read_raw

    return read_raw(path)


def _factor(speed: str) -> float:
    if speed == "full":
        return math.inf
    try:
        return float(speed)
    except ValueError:
        raise UsageError(f"--speed is a number or 'full', not {speed!r}") from None

"""edgekit monitor: a Bundle and a source of samples in, or a wearable; a Night out."""

import dataclasses
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from edgekit import samples
from edgekit.device.sources.sensors import DEFAULT_ADDRESS
from edgekit.errors import UsageError
from edgekit.night.names import checked_subject

from ..optional_values import OptionalValues
from ..options import (
    AddressOption,
    AlarmOption,
    AlarmPinOption,
    BusOption,
    InterruptPinOption,
    JsonOption,
    SubjectOption,
    WebOption,
    typed_options,
)
from ..settings import without_settings
from .night_options import NightOptions, calibration_file, night_under_way, seconds_of
from .replay import watch_replay
from .sensor import watch_sensor
from .simulated import watch_simulated
from .stored import chosen_nights, fetch_nights
from .watching import DEFAULT_WEB
from .wearable import watch_wearable

OF_SENSOR = ("calibration", "bus", "address", "interrupt_pin", "alarm", "alarm_pin", "web")


class MonitorCommand(OptionalValues):
    """--simulate and --web need no value."""

    values: ClassVar = {"--simulate": str(samples.night()), "--web": DEFAULT_WEB}


def monitor_command(
    context: typer.Context,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A Recording (.npz) or a raw public file."),
    ] = None,
    serial: Annotated[
        str | None,
        typer.Option(
            metavar="PORT",
            help="A wearable's serial port; auto: the one that is plugged in by USB.",
        ),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="With --serial: the nights that it stored by itself.")
    ] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="With --stored: show the nights, write none.")
    ] = False,
    night: Annotated[
        str | None,
        typer.Option(metavar="N", help="With --stored: 1 the last, 2 the one before it, or all."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="With --stored: the nights from this evening on."),
    ] = None,
    json: JsonOption = False,
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The bundle's folder; the newest if absent. With --serial: the one it must run.",
        ),
    ] = None,
    speed: Annotated[
        str, typer.Option(help="Times real time: 1, 60, ... or 'full', as fast as it goes.")
    ] = "1",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The night's file; a new one in nights/ if absent."),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Continue the night at --out, or the newest; after 4 h, a new one."
        ),
    ] = False,
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="How the sensor is mounted: see edgekit calibrate."),
    ] = None,
    bus: BusOption = 1,
    address: AddressOption = f"0x{DEFAULT_ADDRESS:02x}",
    interrupt_pin: InterruptPinOption = None,
    simulate: Annotated[
        Path | None,
        typer.Option(
            metavar="[FILE]",
            help="A Recording that a simulated sensor measures; the shipped ten minutes if absent.",
        ),
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="With --simulate: one fault of each kind.")
    ] = False,
    alarm: AlarmOption = None,
    alarm_pin: AlarmPinOption = None,
    web: WebOption = None,
    subject: SubjectOption = None,
    duration: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="End the night after it: 8h, 90min, 30s."),
    ] = None,
    simulates: Annotated[
        str | None,
        typer.Option(hidden=True, help="What a simulated sensor measures: set by --simulate."),
    ] = None,
) -> None:
    """Write a night: of the sensor on this computer's bus, of a wearable, or of a file.

    Ctrl-C ends the night well, and what was recorded is kept. --simulate needs no sensor: a
    simulated one on a simulated bus measures a Recording. A new night is named by its
    evening and its subject: nights/2026-11-28-anna.night.

    - `edgekit monitor`
    - `edgekit monitor --subject anna`
    - `edgekit monitor --simulate --web`
    - `edgekit monitor --web 0.0.0.0:8642 --alarm supine --alarm-pin 18 --duration 9h`
    - `edgekit monitor --simulate night.npz --faults --speed full`
    - `edgekit monitor --serial auto`
    - `edgekit monitor --serial auto --alarm baseline`
    - `edgekit monitor --serial /dev/ttyUSB0 --stored`
    - `edgekit monitor --serial /dev/ttyUSB0 --stored --list`
    - `edgekit monitor --serial /dev/ttyUSB0 --stored --night 2`
    - `edgekit monitor --serial /dev/ttyUSB0 --stored --since 2026-11-28`
    - `edgekit monitor --serial /dev/ttyUSB0 --resume`
    - `edgekit monitor --replay night.npz --speed full`
    - `edgekit monitor --replay night.npz --speed 60 --web`
    - `edgekit monitor --replay data_1606_accel_watch.txt.gz --bundle bundles/wisdm --speed 60`
    """
    options = NightOptions(
        faults, bundle, speed, out, resume, calibration,
        bus, address, interrupt_pin, alarm, alarm_pin, web, checked_subject(subject),
        seconds_of(duration), simulates,
    )  # fmt: skip
    if (serial, replay, simulate, simulates) == (None,) * 4:
        options = dataclasses.replace(options, calibration=calibration_file(calibration))
    else:  # what the settings say of this computer's sensor holds for no other source
        names = OF_SENSOR if serial else (*OF_SENSOR, "subject")  # a wearable has a wearer, too
        of_sensor = {name: getattr(options, name) for name in names}
        options = dataclasses.replace(options, **without_settings(context, of_sensor))
    is_here = serial is None and replay is None
    if (serial, replay, simulate) != (None,) * 3:
        of_bus = ("bus",) if simulate else ("bus", "address")  # a simulated one has an address
        typed = typed_options(context)
        if unused := [typed[name] for name in of_bus if name in typed]:
            raise UsageError(f"{', '.join(unused)} is for the sensor on this computer's bus")
    if not is_here and (options.alarm_pin, options.interrupt_pin) != (None,) * 2:
        raise UsageError("--alarm-pin and --interrupt-pin are for the sensor on this computer")
    if options.alarm and (replay is not None or (serial and stored)):
        raise UsageError("--alarm is for a sleeper: for the sensor here, or a wearable's stream")
    if options.web is not None and serial is not None:
        raise UsageError("--web is not for a wearable: it is for the sensor here, or a file")
    choice = chosen_nights(stored, list_, night, since, json, out)
    for option, is_given in (("--duration", duration is not None), ("--resume", resume)):
        if choice is not None and is_given:
            raise UsageError(f"{option} is not for what a wearable stored: that night is over")
    if resume and out is None:
        under_way = night_under_way(bundle, options.calibration, is_here, options.subject)
        options = dataclasses.replace(options, resume=under_way)
    places = sum(place is not None for place in (replay, serial, simulate))
    if places > 1 or (stored and serial is None):
        raise UsageError(
            "a night comes from one place: the sensor here, --replay FILE, --simulate FILE, "
            "--serial PORT, or what a wearable stored, --serial PORT --stored"
        )
    if serial is not None and choice is not None:
        fetch_nights(options, choice, serial)
    elif serial is not None:
        watch_wearable(options, serial)
    elif replay is not None:
        watch_replay(options, replay)
    elif simulate is not None:
        watch_simulated(options, simulate)
    else:
        watch_sensor(options)

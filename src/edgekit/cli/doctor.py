"""edgekit doctor: check before a night what it needs; each failure with its cure."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.errors import UsageError
from edgekit.settings import found_settings

from .folders import latest_bundle, nights_folder
from .options import BundleOption, BusOption, JsonOption
from .output import print_json, print_table

if TYPE_CHECKING:
    from edgekit.device.doctor.finding import Finding
    from edgekit.device.sources.i2c_bus import Bus


def doctor_command(
    bundle: BundleOption = None,
    bus: BusOption = 1,
    nights: Annotated[int, typer.Option(min=1, help="Is there room for N nights?")] = 30,
    json: JsonOption = False,
) -> None:
    """Check command, bus, sensor, motor, disk, clock and bundle; about 12 s. Exit code 1 if wrong.

    Lay the sensor still, and stop edgekit monitor first: both would drain the sensor.

    - `edgekit doctor`
    - `edgekit doctor --bundle bundles/sleep --json`
    """
    from edgekit.device.doctor.computer import bundle_runs, clock_is_synchronised, free_disk
    from edgekit.device.doctor.installation import pin_driver, whose_command

    findings = [whose_command(), *_look_at_bus(bus), pin_driver("alarm-pin" in found_settings())]
    findings += [free_disk(nights_folder(), nights), clock_is_synchronised()]
    try:
        chosen = bundle or latest_bundle()
    except UsageError:
        chosen = None
    findings += bundle_runs(chosen)
    is_ok = all(finding.is_ok for finding in findings)
    if json:
        print_json(
            "doctor",
            ok=is_ok,
            findings=[
                {"check": each.what, "ok": each.is_ok, "saw": each.saw, "cure": each.cure or None}
                for each in findings
            ],
        )
    else:
        _show(findings)
    if not is_ok:
        raise typer.Exit(1)


def _look_at_bus(number: int) -> "list[Finding]":
    from edgekit.device.doctor.computer import bus_exists, bus_permission
    from edgekit.device.doctor.sensor import check_sensor
    from edgekit.device.sources.i2c_bus import I2cBus

    i2c = Path(f"/dev/i2c-{number}")
    findings = [bus_exists(i2c)]
    if findings[-1].is_ok:
        findings.append(bus_permission(i2c))
    if not findings[-1].is_ok:
        return findings

    def open_bus(address: int) -> "Bus":
        return I2cBus(number, address)

    return findings + check_sensor(open_bus)


def _show(findings: "list[Finding]") -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("", "check", "what was seen, and its cure"):
        table.add_column(name, overflow="fold")
    between = "\n" if sys.stdout.isatty() else " "
    for finding in findings:
        cure = "" if finding.is_ok else f"{between}→ {finding.cure}"
        mark = "[green]ok[/green]" if finding.is_ok else "[red]wrong[/red]"
        table.add_row(mark, finding.what, (finding.saw + cure).replace("[", r"\["))
    print_table(table)

"""edgekit service: the monitor as a systemd service, from boot on."""

from pathlib import Path
from typing import Annotated, ClassVar

import typer

from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
from edgekit.night.names import checked_subject

from .folders import latest_bundle
from .monitor.watching import DEFAULT_WEB, check_pins, web_address
from .optional_values import OptionalValues
from .options import (
    AddressOption,
    AlarmOption,
    AlarmPinOption,
    BundleOption,
    BusOption,
    InterruptPinOption,
    SubjectOption,
    WebOption,
)
from .output import print_result

service_app = typer.Typer(
    help="The monitor as a systemd service: each night from boot on, restarted when it hangs.",
    no_args_is_help=True,
)


class InstallCommand(OptionalValues):
    """--web needs no value."""

    values: ClassVar = {"--web": DEFAULT_WEB}


@service_app.command("install", cls=InstallCommand)
def install_command(
    bundle: BundleOption = None,
    folder: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", help="Its working folder; nights are written to nights/ there."
        ),
    ] = Path("/var/lib/edgekit"),
    bus: BusOption = 1,
    address: AddressOption = f"0x{DEFAULT_ADDRESS:02x}",
    web: WebOption = None,
    alarm: AlarmOption = None,
    alarm_pin: AlarmPinOption = None,
    interrupt_pin: InterruptPinOption = None,
    subject: SubjectOption = None,
    show: Annotated[
        bool, typer.Option("--print", help="Show the unit and change nothing; needs no root.")
    ] = False,
) -> None:
    """Write the unit, make its user, enable and start it; needs root.

    - `edgekit service install --print`
    - `sudo edgekit service install --bundle /opt/edgekit/bundles/sleep`
    """
    from edgekit.bundle import load_bundle
    from edgekit.device.service import UNIT, Service, install

    check_pins(alarm, alarm_pin, interrupt_pin)
    if web is not None:
        web_address(web)  # a wrong one is refused here, not later in the journal
    wearer = checked_subject(subject)
    chosen = (bundle or latest_bundle()).absolute()
    load_bundle(chosen)  # a damaged bundle is refused here, not later in the journal
    service = Service(
        chosen,
        folder.absolute(),
        bus,
        parse_address(address),
        web,
        alarm,
        alarm_pin,
        interrupt_pin,
        subject=wearer,
    )
    if show:
        typer.echo(service.unit(), nl=False)
        return
    install(service)
    print_result(
        f"{UNIT} is enabled and starts; nights in {folder / 'nights'}. edgekit service status"
    )


@service_app.command("uninstall")
def uninstall_command() -> None:
    """Stop the service and remove its unit; its nights stay. Needs root."""
    from edgekit.device.service import UNIT, uninstall

    uninstall()
    print_result(f"{UNIT} is removed; its nights stay, and so does its user, edgekit")


@service_app.command("status")
def status_command() -> None:
    """Show whether the service runs, and the last posture."""
    from edgekit.device.service import UNIT, status

    print_result(f"{UNIT}: {status()}")

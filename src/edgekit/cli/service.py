"""edgekit service: the monitor as a systemd service, from boot on."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .folders import latest_bundle
from .sensor_night import check_pins, sensor_address

service_app = typer.Typer(
    help="The monitor as a systemd service: each night from boot on, restarted when it hangs.",
    no_args_is_help=True,
)


@service_app.command()
def install(
    bundle: Annotated[
        Path | None, typer.Option(help="The bundle's folder; the newest if absent.")
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Where it works: its nights lie in nights/ there.")
    ] = Path("/var/lib/edgekit"),
    bus: Annotated[int, typer.Option(metavar="N", min=0, help="The sensor's: /dev/i2c-N.")] = 1,
    address: Annotated[str, typer.Option(help="The sensor's, as monitor's --address.")] = "0x53",
    web: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A dashboard, as monitor's --web.")
    ] = None,
    alarm: Annotated[
        str | None, typer.Option(help="'supine' or 'baseline', as monitor's --alarm.")
    ] = None,
    alarm_pin: Annotated[
        int | None, typer.Option(metavar="GPIO", help="Of the vibrating motor.")
    ] = None,
    interrupt_pin: Annotated[
        int | None, typer.Option(metavar="GPIO", help="As monitor's --interrupt-pin.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--print", help="Show the unit and change nothing; needs no root.")
    ] = False,
) -> None:
    """Write the unit, make its user, enable and start it; needs root.

    - `edgekit service install --print`
    - `sudo edgekit service install --bundle /opt/edgekit/bundles/sleep`
    """
    from edgekit.bundle import load_bundle
    from edgekit.device.service import UNIT, Service
    from edgekit.device.service import install as put

    check_pins(alarm, alarm_pin, interrupt_pin)
    chosen = (bundle or latest_bundle()).absolute()
    load_bundle(chosen)  # a bundle that is none is told here, not in the journal
    service = Service(
        chosen,
        folder.absolute(),
        bus,
        sensor_address(address),
        web,
        alarm,
        alarm_pin,
        interrupt_pin,
    )
    if show:
        typer.echo(service.unit(), nl=False)
        return
    put(service)
    _say(f"{UNIT} is enabled and starts; nights in {folder / 'nights'}. edgekit service status")


@service_app.command()
def uninstall() -> None:
    """Stop it and take its unit away; its nights stay. Needs root."""
    from edgekit.device.service import UNIT
    from edgekit.device.service import uninstall as take_away

    take_away()
    _say(f"{UNIT} is gone; its nights stay, and so does its user, edgekit")


@service_app.command()
def status() -> None:
    """Say whether it runs, and the posture it saw last."""
    from edgekit.device.service import UNIT
    from edgekit.device.service import status as ask

    _say(f"{UNIT}: {ask()}")


def _say(line: str) -> None:
    Console().print(line, highlight=False, soft_wrap=True)

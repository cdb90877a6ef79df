"""Options and arguments that several commands share, each with one help text."""

from pathlib import Path
from typing import Annotated

import typer

BundleOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="The bundle's folder; the newest if absent.")
]
BundleArgument = Annotated[
    Path | None, typer.Argument(metavar="BUNDLE", help="The bundle's folder; the newest if absent.")
]
NightArgument = Annotated[
    Path | None, typer.Argument(metavar="NIGHT", help="The night's file; the newest if absent.")
]
OutFolderOption = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where to write; by the night if absent.")
]
DataDirOption = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the public data sets lie; else $EDGEKIT_DATA."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout (docs/json.md).")
]
InputOption = Annotated[
    str | None,
    typer.Option(
        help="two-gains (gravity, motion) or one-gain (the paper's, and the only one of "
        "mtl-net-published). If absent, the net's own; of a folder, what measures best there."
    ),
]
DeviceOption = Annotated[
    str, typer.Option(help="auto, cpu or cuda (where compare stacks folds and seeds).")
]

# The sensor on this computer's bus, and what is wired beside it.
BusOption = Annotated[int, typer.Option(metavar="N", min=0, help="The sensor's bus: /dev/i2c-N.")]
AddressOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="The sensor's address: 0x53, or 0x1d where ALT ADDRESS is high."
    ),
]
InterruptPinOption = Annotated[
    int | None,
    typer.Option(metavar="GPIO", help="The pin of the sensor's INT1; polled if absent."),
]
AlarmOption = Annotated[
    str | None,
    typer.Option(
        help="'supine': vibrate on the back; 'baseline': count only; 'printed': no motor, a line; "
        "'off': end a wearable's."
    ),
]
AlarmPinOption = Annotated[
    int | None, typer.Option(metavar="GPIO", help="The pin of the vibrating motor.")
]
WebOption = Annotated[
    str | None,
    typer.Option(
        metavar="[ADDRESS]",
        help="Serve a dashboard: at 127.0.0.1:8642 if absent; HOST:PORT, with a token.",
    ),
]
SubjectOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who wears the sensor; a replay's own subject if absent."),
]

# A microcontroller's image.
BoardOption = Annotated[str, typer.Option(help="One of: edgekit firmware boards.")]
CompilerOption = Annotated[
    str, typer.Option(help="zig, which comes with pip, or gcc (arm-none-eabi-gcc).")
]
LowPowerOption = Annotated[
    bool, typer.Option("--low-power", help="The sensor's low-power mode: half its current.")
]


def typed_options(context: typer.Context) -> dict[str, str]:
    """Return the options that stand on the command line: parameter name -> "--option"."""
    return {
        option.name: option.opts[0]
        for option in context.command.params
        if option.name is not None
        and option.expose_value  # --quiet and --help go with everything
        and getattr(context.get_parameter_source(option.name), "name", "") == "COMMANDLINE"
    }

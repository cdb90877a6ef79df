"""The commands of edgekit in the groups that its help shows."""

from collections.abc import Callable

import typer

from edgekit import __version__

from .bench import bench_command
from .calibrate import calibrate_command
from .compare import compare_command
from .compile import compile_command
from .completion import completion_command
from .config import config_app
from .convert import convert_command, verify_command
from .data import data_app
from .demo import demo_command
from .doctor import doctor_command
from .firmware import firmware_app
from .first_try import try_command
from .label import label_command
from .monitor.command import MonitorCommand, monitor_command
from .nights import nights_app
from .record.command import record_command
from .report import report_command
from .rescore import rescore_command
from .service import service_app
from .simulate import simulate_command
from .train import train_command
from .tune import tune_command

app = typer.Typer(
    name="edgekit",
    help="From accelerometer recordings to a night on a wearable.",
    epilog="First of all: edgekit try. A tour: edgekit train, edgekit convert, "
    "edgekit simulate night.npz, edgekit monitor --replay night.npz, edgekit report. "
    "Each needs no further argument.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
# In the order in which the help shows groups and commands.
GROUPS: dict[str, dict[str, Callable[..., None] | typer.Typer]] = {
    "Try": {
        "try": try_command,
        "demo": demo_command,
        "simulate": simulate_command,
    },
    "Train": {
        "data": data_app,
        "record": record_command,
        "label": label_command,
        "train": train_command,
        "compare": compare_command,
    },
    "Deploy": {
        "convert": convert_command,
        "verify": verify_command,
        "compile": compile_command,
        "tune": tune_command,
        "bench": bench_command,
        "firmware": firmware_app,
    },
    "Night": {
        "calibrate": calibrate_command,
        "monitor": monitor_command,
        "report": report_command,
        "nights": nights_app,
        "rescore": rescore_command,
    },
    "Look after": {
        "doctor": doctor_command,
        "service": service_app,
        "config": config_app,
        "completion": completion_command,
    },
}
CLASSES = {"monitor": MonitorCommand}  # of commands with options of their own kind
for group, commands in GROUPS.items():
    for name, command in commands.items():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=group)
        else:
            app.command(name, cls=CLASSES.get(name), no_args_is_help=False, rich_help_panel=group)(
                command
            )


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Show the version and leave."),
) -> None:
    if show:
        print(f"edgekit {__version__}")
        raise typer.Exit

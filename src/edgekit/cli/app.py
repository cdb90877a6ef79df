"""The root of the command line, and its commands as typer makes them, each on its own."""

from typing import Any

import typer
from typer.main import get_command

from edgekit import __version__

from .catalogue import COMMANDS

LOOK: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": "markdown",
    "context_settings": {"help_option_names": ["-h", "--help"]},
}


def root_app() -> typer.Typer:
    """Return the root without its commands."""
    app = typer.Typer(
        name="edgekit",
        help="From accelerometer recordings to a night on a wearable.",
        epilog="First of all: edgekit try. A tour: edgekit train, edgekit convert, "
        "edgekit simulate night.npz, edgekit monitor --replay night.npz, edgekit report. "
        "Each needs no further argument.",
        no_args_is_help=True,
        **LOOK,
    )
    app.callback(invoke_without_command=True)(_version)
    return app


def whole_app() -> typer.Typer:
    """Return the root with every command, as typer's own tools take it. Imports all of them."""
    app = root_app()
    for name in COMMANDS:
        _add(app, name)
    return app


def loaded_command(name: str) -> Any:
    """Import one command, or group of commands, and return what typer makes of it."""
    app = typer.Typer(**LOOK)
    _add(app, name)
    app.callback()(lambda: None)  # with it a single command keeps its name, below a group
    group: Any = get_command(app)
    return group.commands[name]


def _add(app: typer.Typer, name: str) -> None:
    entry = COMMANDS[name]
    command = entry.load()
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name, cls=entry.load_kind(), no_args_is_help=False)(command)


def _version(
    show: bool = typer.Option(False, "--version", help="Show the version and leave."),
) -> None:
    if show:
        print(f"edgekit {__version__}")
        raise typer.Exit

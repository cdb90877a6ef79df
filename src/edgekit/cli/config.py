"""edgekit config: which settings are in force, and where each comes from."""

from pathlib import Path

import typer

from edgekit.settings import SETTINGS, Setting, files_searched, found_settings

from .options import JsonOption
from .output import print_json, print_progress, print_result

config_app = typer.Typer(
    help="Show the settings of edgekit.toml and the environment.", no_args_is_help=True
)


@config_app.callback()
def _group() -> None:
    """Show the settings of edgekit.toml and the environment."""


@config_app.command("show")
def show_command(json: JsonOption = False) -> None:
    """Show each setting in force and where it comes from, and all settings that there are.

    An option on the command line goes first, then the environment, then edgekit.toml in this folder
    or the nearest above it, then ~/.config/edgekit/edgekit.toml.

    - `edgekit config show`
    """
    found = found_settings()
    if json:
        print_json(
            "config",
            settings={
                name: {"value": _plain(each.value), "from": each.source}
                for name, each in found.items()
            },
            files_searched=[str(path) for path in files_searched()],
        )
        return
    for name, each in found.items():
        print_result(f"{name} = {_quoted(each.value)}  # {each.source}")
    if not found:
        print_progress(f"no setting is in force. Looked for: {files_searched()[0]}, and above it")
    for setting in SETTINGS:
        if setting.name not in found:
            print_result(f"# {_example(setting)}  # {setting.meaning}, or {setting.environment}")


def _plain(value: str | int | Path) -> str | int:
    return str(value) if isinstance(value, Path) else value


def _quoted(value: str | int | Path) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def _example(setting: Setting) -> str:
    value = "1" if setting.kind is int else '"..."'
    return f"{setting.name} = {value}"

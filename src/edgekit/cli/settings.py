"""The settings of the environment and edgekit.toml as defaults of the commands that take them."""

from typing import Any

import typer

from edgekit.settings import SETTINGS, found_settings


def defaults_by_command() -> dict[str, Any]:
    """Return the settings in force: command -> (its subcommand ->) parameter -> value."""
    found, defaults = found_settings(), dict[str, Any]()
    for setting in SETTINGS:
        if setting.name in found:
            for command in setting.commands:
                of_command = defaults
                for word in command.split():
                    of_command = of_command.setdefault(word, {})
                of_command[setting.name.replace("-", "_")] = str(found[setting.name].value)
    return defaults


def without_settings(context: typer.Context, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of options, those that only a setting named as if it had not.

    For options that are refused or mean nothing where the command was asked for something else.
    """
    defaults = {param.name: param.default for param in context.command.params}
    return {
        name: defaults[name] if _is_setting(context, name) else value
        for name, value in values.items()
    }


def _is_setting(context: typer.Context, name: str) -> bool:
    return getattr(context.get_parameter_source(name), "name", "") == "DEFAULT_MAP"

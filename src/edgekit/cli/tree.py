"""The tree of all commands: -q for each, metavars of one kind, numbers that are numbers.

A command is imported when it is called or its own help is asked for, not before.
"""

import copy
import math
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from .app import loaded_command, root_app
from .catalogue import GROUPS
from .output import set_quiet

# Of a value whose kind its type shows, as typer's versions name it; other options name their own.
METAVARS = {
    **dict.fromkeys(("str", "text"), "NAME"),
    **dict.fromkeys(("int", "integer", "int range", "integer range", "float", "float range"), "N"),
}
PATHS = ("path", "file", "directory")
LARGEST_SEED, LARGEST = 2**32 - 1, 2**31 - 1


class _Commands(dict[str, Any]):
    """The root's commands: `[name]` imports one; the rest sees names and lines of help."""

    def __init__(self) -> None:
        super().__init__()
        for group, entries in GROUPS.items():
            for name, entry in entries.items():
                listed: Any = TyperCommand(name, help=entry.summary, rich_help_panel=group)
                super().__setitem__(name, listed)
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _prepared(loaded_command(name))
        return self._loaded[name]


class _Root(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.commands)  # in the order of the groups, not of the alphabet

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        return name, (found if name is None else self.commands[name]), rest


def command_tree() -> TyperGroup:
    """Return the whole command line."""
    app = root_app()
    app.info.cls = _Root
    root: Any = get_command(app)
    root.commands = _Commands()
    return root  # type: ignore[no-any-return]


def leaves(
    group: TyperGroup, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], TyperCommand]]:
    """Return each command that does something, after the words that name it."""
    found: list[tuple[tuple[str, ...], TyperCommand]] = []
    subcommands: Any = group.commands
    for name in subcommands:
        sub = subcommands[name]
        if isinstance(sub, TyperGroup):
            found += leaves(sub, (*path, name))
        else:
            found.append(((*path, name), sub))
    return found


def _prepared(command: Any) -> Any:
    """Return a command or a group with what all commands have."""
    each = [sub for _, sub in leaves(command)] if isinstance(command, TyperGroup) else [command]
    for leaf in each:
        for param in leaf.params:
            if param.metavar is None and (metavar := METAVARS.get(param.type.name)):
                param.metavar = metavar
            if METAVARS.get(param.type.name) == "N":
                param.type = _bounded(param.type, is_seed=param.name == "seed")
            if param.type.name in PATHS:
                param.type = _named(param.type)
        leaf.params.append(_quiet())
    return command


def _quiet() -> TyperOption:
    return TyperOption(
        param_decls=["-q", "--quiet"],
        is_flag=True,
        default=False,
        expose_value=False,
        callback=lambda _context, _param, value: set_quiet(value),
        help="Print results, warnings and errors alone: no progress.",
    )


def _bounded(kind: Any, is_seed: bool) -> Any:
    """Return the type of a number that refuses NaN, infinities, and what is too large to hold."""
    bounded, convert = copy.copy(kind), kind.convert
    largest = LARGEST_SEED if is_seed else LARGEST

    def checked(value: Any, param: Any, context: Any) -> Any:
        number = convert(value, param, context)
        if not math.isfinite(number):
            bounded.fail(f"{value!r} is not a number.", param, context)
        if abs(number) > largest or (is_seed and number < 0):
            least = "0 to " if is_seed else ""
            bounded.fail(f"{value} is out of range: {least}{largest:,} at most.", param, context)
        return number

    bounded.convert = checked
    return bounded


def _named(kind: Any) -> Any:
    """Return the type of a path that refuses the empty one, which Path takes for this folder."""
    named, convert = copy.copy(kind), kind.convert

    def checked(value: Any, param: Any, context: Any) -> Any:
        if value == "":
            named.fail("it is empty: is a variable of your shell not set?", param, context)
        return convert(value, param, context)

    named.convert = checked
    return named

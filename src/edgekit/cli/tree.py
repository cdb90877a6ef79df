"""The tree of all commands: -q for each, metavars of one kind, numbers that are numbers."""

import copy
import math
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from .app import GROUPS, app
from .output import set_quiet

# Of a value whose kind its type shows, as typer's versions name it; other options name their own.
METAVARS = {
    **dict.fromkeys(("str", "text"), "NAME"),
    **dict.fromkeys(("int", "integer", "int range", "integer range", "float", "float range"), "N"),
}
LARGEST_SEED, LARGEST = 2**32 - 1, 2**31 - 1


def command_tree() -> TyperGroup:
    """Return the whole command line."""
    root: Any = get_command(app)
    in_order = (name for commands in GROUPS.values() for name in commands)
    root.commands = {name: root.commands[name] for name in in_order}
    for _, command in leaves(root):
        for param in command.params:
            if param.metavar is None and (metavar := METAVARS.get(param.type.name)):
                param.metavar = metavar
            if METAVARS.get(param.type.name) == "N":
                param.type = _bounded(param.type, is_seed=param.name == "seed")
        command.params.append(_quiet())
    return root  # type: ignore[no-any-return]


def leaves(
    group: TyperGroup, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], TyperCommand]]:
    """Return each command that does something, after the words that name it."""
    found: list[tuple[tuple[str, ...], TyperCommand]] = []
    subcommands: Any = group.commands
    for name, sub in subcommands.items():
        if isinstance(sub, TyperGroup):
            found += leaves(sub, (*path, name))
        else:
            found.append(((*path, name), sub))
    return found


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

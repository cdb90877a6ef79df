"""The commands and Python blocks of the documentation's pages, and what they can be checked by."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typer
import typer.core

from edgekit.cli.tree import command_tree
from tests.helpers.command import REPOSITORY

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Stands before a block: the test runs this instead of the block's command of the same name.
LESS = re.compile(r"^<!-- tested with less: (.*?) -->$", re.MULTILINE)
INLINE = re.compile(r"`(edgekit (?!(?:night|recording|run|bundle|data set)`)[^`]+)`")
# Typer's own errors of a command line.
Refused: type[Exception] = typer.BadParameter.mro()[2]
SHELLS = ("", "sh", "bash", "console")
# What begins a line that is a command; other lines of a block without a language are output.
FIRST_WORDS = (
    "edgekit", "python", "python3", "make", "pip", "pipx", "sudo", "export", "ssh", "journalctl",
    "git", "cmake", "ctest", "cc",
)  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A line to type on a page, and the shorter one that a test may run in its place."""

    page: Path
    line: int
    text: str
    less: str | None = None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line} {self.text}"


@dataclass(frozen=True)
class Snippet:
    """A block of Python on a page."""

    page: Path
    line: int
    code: str


def pages() -> list[Path]:
    """Return the pages that tell people what to type."""
    beside = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md")]
    return [*beside, *sorted((REPOSITORY / "docs").rglob("*.md"))]


def commands(page: Path) -> list[Command]:
    """Return each command of a page's blocks, in order, without its comment."""
    text = page.read_text()
    found = []
    for block in FENCE.finditer(text):
        if block[1] not in SHELLS:
            continue
        shorter = _shorter(text[: block.start()])
        first_line = text.count("\n", 0, block.start(2)) + 1
        for number, line in _joined(block[2]):
            for part in re.split(r"\s+&&\s+", re.split(r"\s+#\s", line)[0].strip()):
                first = Path(part.split()[0]).name if part else ""
                if first in FIRST_WORDS:
                    less = shorter.pop(name_of(part), None)
                    found.append(Command(page, first_line + number, part, less))
        assert not shorter, f"{page.name}:{first_line}: no command here for {shorter}"
    return found


def inline_commands(page: Path) -> Iterator[str]:
    """Yield the edgekit commands within a page's sentences."""
    prose = FENCE.sub("", page.read_text())
    yield from (re.sub(r"\s+", " ", found) for found in INLINE.findall(prose))


def snippets(page: Path) -> list[Snippet]:
    text = page.read_text()
    return [
        Snippet(page, text.count("\n", 0, block.start(2)) + 1, block[2])
        for block in FENCE.finditer(text)
        if block[1] == "python"
    ]


def name_of(command: str) -> str:
    """Return a command without its options and arguments: "edgekit nights list"."""
    words = command.split()
    return " ".join(words[:3] if _is_group(words[1:2]) else words[:2])


def parse(words: list[str]) -> None:
    """Parse what stands behind `edgekit`, as the command itself does. Raises Refused."""
    command, context, rest = _found(words)
    if not {"-h", "--help", "--version"} & {*rest}:
        command.make_context("edgekit", rest, parent=context)


def options_of(words: list[str]) -> set[str]:
    """Return the options in the help of the command that the words name. Raises Refused."""
    command, context, _ = _found(words)
    shown = [each for each in command.get_params(context) if not getattr(each, "hidden", False)]
    return {name for each in shown for name in each.opts} | {"-h", "--help", "--version"}


@cache
def _tree() -> typer.core.TyperCommand:
    return command_tree()


def _found(words: list[str]) -> tuple[typer.core.TyperCommand, typer.Context, list[str]]:
    command: typer.core.TyperCommand = _tree()
    context, rest = typer.Context(command), [*words]
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            raise typer.BadParameter(f"there is no command {name!r}")
        command = command.commands[name]
    return command, context, rest


def _is_group(words: list[str]) -> bool:
    commands = getattr(_tree(), "commands", {})
    return any(word in commands and hasattr(commands[word], "commands") for word in words)


def _shorter(before: str) -> dict[str, str]:
    """Return the shorter commands that stand directly before a block, by their names."""
    lines = before.rstrip("\n").rpartition("\n\n")[2]
    return {name_of(found): found for found in LESS.findall(lines)}


def _joined(block: str) -> Iterator[tuple[int, str]]:
    """Yield a block's lines with their numbers; one that ends in a backslash goes on."""
    whole, start = "", 0
    for number, line in enumerate(block.splitlines()):
        start = start if whole else number
        whole += line.rstrip("\\")
        if not line.endswith("\\"):
            yield start, whole
            whole = ""


def words_of(command: str) -> list[str]:
    """Return a command's words, without what a shell would redirect."""
    return shlex.split(re.split(r"\s+[>|]", command)[0])

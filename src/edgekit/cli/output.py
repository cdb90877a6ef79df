"""What commands print: results to stdout, progress to stderr, each line whole and as it is."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from edgekit.doubt import Doubt
from edgekit.text import printable

_NEVER_WRAPPED = 100_000  # columns, of a pipe or a file: a record is a line there
LABEL_COLUMNS = 7


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _NEVER_WRAPPED)


STDERR = _console(stderr=True)
_WARNINGS = _console(stderr=True)  # --quiet leaves these


def set_quiet(quiet: bool) -> None:
    """Print no progress from now on: neither lines nor bars."""
    STDERR.quiet = quiet


def print_result(text: str) -> None:
    """Print a line of a command's result to stdout, neither wrapped nor read as markup."""
    Console().print(printable(text), highlight=False, markup=False, soft_wrap=True)


def print_table(table: Table) -> None:
    """Print a table to stdout: boxed in a terminal, one plain line a row in a pipe."""
    console = _console(stderr=False)
    if not console.is_terminal:
        table.box, table.pad_edge, table.title_justify = None, False, "left"
        with console.capture() as captured:
            console.print(table, highlight=False)
        lines = captured.get().splitlines()
        sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))
        return
    console.print(table, highlight=False)


def print_json(document: str, **fields: Any) -> None:
    """Print a result as one JSON document that names its format (docs/json.md).

    Raises ValueError at NaN or an infinity: None is what is not known.
    """
    whole = {"format": f"edgekit {document}", "version": 1, **fields}
    sys.stdout.write(json.dumps(whole, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def print_progress(text: str, label: str = "") -> None:
    """Print a line of progress to stderr, after its label in bold where it has one."""
    _print_line(STDERR, text, label)


def print_doubts(doubts: Iterable[Doubt], name: str) -> None:
    """Print what is doubtful, a line each, to stderr, --quiet or not; the grave as warnings."""
    for doubt in doubts:
        if doubt.is_grave:
            print_warning(f"{name}: {doubt}")
        else:
            _print_line(_WARNINGS, f"{name}: {doubt}", "doubt")


def print_warning(text: str) -> None:
    """Print a warning to stderr, --quiet or not."""
    _print_line(_WARNINGS, text, "warning ")


def _print_line(console: Console, text: str, label: str) -> None:
    head = Text(f"{label:{LABEL_COLUMNS}}" if label else "", style="bold")
    console.print(head + Text(printable(text), style="not bold"), highlight=False, soft_wrap=True)

"""What commands print: results to stdout, progress to stderr, each line whole and as it is."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from edgekit.text import printable

STDERR = Console(stderr=True)
LABEL_COLUMNS = 7


def print_result(text: str) -> None:
    """Print a line of a command's result to stdout, neither wrapped nor read as markup."""
    Console().print(printable(text), highlight=False, markup=False, soft_wrap=True)


def print_progress(text: str, label: str = "") -> None:
    """Print a line of progress to stderr, after its label in bold where it has one."""
    head = Text(f"{label:{LABEL_COLUMNS}}" if label else "", style="bold")
    STDERR.print(head + Text(printable(text), style="not bold"), highlight=False, soft_wrap=True)


def print_doubts(doubts: Iterable[str], name: str) -> None:
    """Print what is doubtful in a recording, a line each, to stderr."""
    for doubt in doubts:
        print_progress(f"{name}: {doubt}", "doubt")

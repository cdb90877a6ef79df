"""Show the progress of a comparison: cells, epochs, time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ..grid import Cell


@dataclass(frozen=True)
class CellWatch:
    """What an engine calls while it runs."""

    cell_done: Callable[[Cell], None]
    epochs_done: Callable[[int], None]  # of the cells that this call trains, so far


@contextmanager
def display(console: Console, cells: list[Cell], waiting: list[Cell]) -> Iterator[CellWatch]:
    """Show a bar over all epochs; where there is no terminal, a line per finished cell."""
    done = len(cells) - len(waiting)
    progress = Progress(
        TextColumn("[bold]compare[/]  cell {task.fields[cell]}"),
        BarColumn(),
        TextColumn("{task.fields[last]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task(
            "compare",
            total=sum(cell.epochs for cell in waiting),
            cell=f"{done}/{len(cells)}",
            last="",
        )
        ended_epochs = 0

        def epochs_done(count: int) -> None:
            progress.update(task, completed=max(count, ended_epochs))

        def cell_done(cell: Cell) -> None:
            nonlocal done, ended_epochs
            done += 1
            ended_epochs += cell.epochs
            progress.update(task, cell=f"{done}/{len(cells)}", last=f"last: {cell}")
            epochs_done(ended_epochs)
            if not console.is_terminal:
                console.print(
                    f"compare  {done}/{len(cells)}: {cell}", highlight=False, soft_wrap=True
                )

        yield CellWatch(cell_done, epochs_done)

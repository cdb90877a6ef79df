"""Show the progress of a training: epochs, both tasks' accuracy, time left."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from edgekit.spec import TASKS

from .config import Config
from .loop import State, Watch


@contextmanager
def bar(console: Console, config: Config, train_windows: int) -> Iterator[Watch]:
    """Show what the loop reports as a bar; where there is no terminal, as one line per epoch."""
    epochs = config.recipe.epochs
    batches = math.ceil(train_windows / config.recipe.batch)
    progress = Progress(
        TextColumn("[bold]train[/]  epoch {task.fields[epoch]}"),
        BarColumn(),
        TextColumn("{task.fields[accuracy]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task("train", total=epochs * batches, epoch=f"1/{epochs}", accuracy="")

        def batch_done(epoch: int, index: int) -> None:
            progress.update(
                task, completed=epoch * batches + index + 1, epoch=f"{epoch + 1}/{epochs}"
            )

        def epoch_done(state: State) -> None:
            last = state.history[-1]
            who = "student" if last.teacher_posture is None else "teacher"
            accuracy = " ".join(
                f"{task} {100 * value:.1f} %"
                for task in TASKS
                if (value := getattr(last, f"{who}_{task}")) is not None
            )
            progress.update(task, accuracy=accuracy)
            if not console.is_terminal:
                console.print(
                    f"train  epoch {last.epoch + 1}/{epochs}: loss {last.loss:.3f}, "
                    f"{who} on validation: {accuracy}, {last.wall_s:.1f} s",
                    highlight=False,
                    soft_wrap=True,
                )

        yield Watch(batch_done, epoch_done)

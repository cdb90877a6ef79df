"""Prompts: tell the wearer what to do, on the terminal and by voice, with a countdown."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from edgekit.text import seconds_or_minutes

from .attempt import Attempt
from .protocol import Step
from .session import RecordedStep
from .speech import Speech

LAST_WORDS_S = 5.0


@contextmanager
def prompts(console: Console, steps: int, speech: Speech | None) -> Iterator["Prompts"]:
    """Show prompts of `steps` steps on `console`, with a bar where it is a terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        try:
            yield Prompts(console, bar, steps, speech)
        finally:
            if speech:
                speech.finish(LAST_WORDS_S)


class Prompts:
    """A line for each step, its bar and countdown below; spoken, or with a beep."""

    def __init__(self, console: Console, bar: Progress, steps: int, speech: Speech | None) -> None:
        self._console, self._bar, self._steps, self._speech = console, bar, steps, speech
        self._task = bar.add_task("waiting for the sensor", total=None)
        self._was_settling = True

    def on_step(self, number: int, step: Step, *, is_repeated: bool) -> None:
        again = "again: " if is_repeated else ""
        line = Text(f"{number:3} of {self._steps}  ").append(f"{again}{step.say}", style="bold")
        settle = f"{seconds_or_minutes(step.settle_s)} to settle, then " if step.settle_s else ""
        recorded = f"{seconds_or_minutes(step.seconds)} recorded as '{step.label}'"
        line.append(f"  ({settle}{recorded})", style="dim")
        self._print(line)
        self._announce(f"{again}{step.say}")
        self._was_settling = True

    def on_time(self, attempt: Attempt) -> None:
        if self._was_settling and not attempt.is_settling:
            self._was_settling = False
            if attempt.step.settle_s and not self._is_speaking:
                self._beep()
        phase = "settle" if attempt.is_settling else "record"
        total_s = attempt.step.settle_s if attempt.is_settling else attempt.step.seconds
        self._bar.update(
            self._task,
            description=f"{phase} {math.ceil(attempt.left_s):4d} s",
            total=total_s,
            completed=total_s - attempt.left_s,
        )

    def on_event(self, text: str) -> None:
        self._print(Text(f"           {text}", style="yellow"))

    def on_recorded(self, recorded: RecordedStep) -> None:
        for doubt in recorded.doubts:
            self._print(Text(f"           doubtful: {doubt}", style="yellow"))

    def finish(self, text: str) -> None:
        """Say that the session has ended."""
        self._announce(text)

    @property
    def _is_speaking(self) -> bool:
        return self._speech is not None

    def _announce(self, text: str) -> None:
        if self._speech is not None and self._speech.has_failed:
            self._speech = None
            self.on_event("the prompts cannot be spoken here: a beep from now on")
        if self._speech is not None:
            self._speech.say(text)
        else:
            self._beep()

    def _beep(self) -> None:
        if self._console.is_terminal:
            self._console.bell()

    def _print(self, line: Text) -> None:
        self._console.print(line, highlight=False, soft_wrap=True)

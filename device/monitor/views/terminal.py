"""The live view: what the device thinks now, in a terminal or, where there is none, as lines."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from edgekit.night.night import Decisions, Event, HealthRow
from edgekit.text import clock, stopwatch

from ...decide.answer import Model
from ...sources.source import About
from .view import Moment, View

REDRAW_S = 0.25  # wall time between two pictures in a terminal
LINE_S = 1.0  # between two plain lines
EVENTS_SHOWN = 4
BAR_WIDTH = 24
DIAL_COLUMNS, DIAL_ROWS = 8, 3  # radii, in characters


@contextmanager
def live_view(console: Console | None = None) -> Iterator[View]:
    """A view for `monitor`, which leaves its last picture on the screen."""
    console = console or output()
    if not console.is_terminal:
        yield PlainView(lambda line: console.print(line, highlight=False, markup=False))
        return
    with Live(console=console, auto_refresh=False) as live:
        view = TerminalView(lambda picture: live.update(picture, refresh=True))
        yield view
        view.draw()


def output(file: TextIO | None = None) -> Console:
    """Raises BrokenPipeError when its reader goes: rich would end the program, and the night."""
    console = Console(file=file)
    console.on_broken_pipe = _raise  # type: ignore[method-assign]
    return console


def _raise() -> None:
    raise


class TerminalView:
    """One picture, drawn anew at most four times a second whatever the speed of the replay."""

    def __init__(self, put: Callable[[RenderableType], None]) -> None:
        self._put = put
        self._events: deque[Event] = deque(maxlen=EVENTS_SHOWN)
        self._counts = [0, 0, 0]  # gaps, clipped, stuck
        self._moment: Moment | None = None
        self._drawn_at = -math.inf

    def begin(self, model: Model, about: About) -> None:
        self._model, self._about = model, about

    def tell(self, event: Event) -> None:
        self._events.append(event)

    def check(self, health: HealthRow) -> None:
        found = health.gaps, health.clipped, health.stuck
        self._counts = [count + new for count, new in zip(self._counts, found, strict=True)]

    def show(self, moment: Moment) -> None:
        self._moment = moment
        if time.monotonic() - self._drawn_at >= REDRAW_S:
            self.draw()

    def draw(self) -> None:
        """Draw the newest moment now; nothing where there was none."""
        if self._moment is not None:
            self._put(self._picture(self._moment))
            self._drawn_at = time.monotonic()

    def _picture(self, moment: Moment) -> RenderableType:
        spec = self._model.spec
        top = Table.grid(padding=(0, 3))
        answers = Table.grid(padding=(0, 2))
        last = moment.last
        if last is None:
            answers.add_row("waiting for the first whole window")
            top.add_row(answers)
        else:
            sure, placement_sure = last.posture_confidence[-1], last.placement_confidence[-1]
            posture = Text(spec.postures[last.posture[-1]], style="bold")
            answers.add_row("posture", posture, *_confidence(sure))
            answers.add_row(
                "placement", spec.placements[last.placement[-1]], *_confidence(placement_sure)
            )
            answers.add_row("state", str(last.state[-1]))
            angle_deg = float(last.torso_angle_deg[-1])
            if not math.isnan(angle_deg):
                answers.add_row("torso", f"{angle_deg:.0f}°")
                under = Text("seen from the head", style="dim")
                top.add_row(answers, Group(Text(dial(angle_deg)), under))
            else:
                top.add_row(answers)
        parts: list[RenderableType] = [top, self._footing(moment)]
        if self._about.duration_s:
            parts.append(ProgressBar(total=self._about.duration_s, completed=moment.done_s))
        parts.extend(Text(_line(event), style="dim") for event in self._events)
        return Panel(Group(*parts), title=_title(self._model, self._about), title_align="left")

    def _footing(self, moment: Moment) -> Text:
        gaps, clipped, stuck = self._counts
        text = Text(
            f"{clock(moment.at_s)}   {stopwatch(moment.done_s)}   {moment.rate_hz:.2f} Hz   "
        )
        text.append(
            f"gaps {gaps}   clipped {clipped}   stuck {stuck}",
            style="yellow" if gaps or clipped or stuck else "green",
        )
        return text


class PlainView:
    """A line for each event, and one when the answer changes, at most one a second."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._answer = ""
        self._told_at = -math.inf

    def begin(self, model: Model, about: About) -> None:
        self._model = model

    def tell(self, event: Event) -> None:
        self._put(_line(event))

    def check(self, health: HealthRow) -> None:
        """Health is in the night; a line each ten seconds would drown the rest."""

    def show(self, moment: Moment) -> None:
        if moment.last is None or time.monotonic() - self._told_at < LINE_S:
            return
        answer = self._said(moment.last)
        if answer != self._answer:
            sure = 100 * moment.last.posture_confidence[-1]
            self._put(f"{clock(moment.at_s)}  {answer}, {sure:.0f} %")
            self._answer, self._told_at = answer, time.monotonic()

    def _said(self, last: Decisions) -> str:
        spec = self._model.spec
        posture, placement = spec.postures[last.posture[-1]], spec.placements[last.placement[-1]]
        return f"{posture} ({placement}, {last.state[-1]})"


def dial(angle_deg: float) -> str:
    """The twelve postures' ring with the stomach's direction on it, as seen from the head."""
    rows = [[" "] * (2 * DIAL_COLUMNS + 1) for _ in range(2 * DIAL_ROWS + 1)]
    for mark_deg in range(0, 360, 30):
        _put_on_ring(rows, mark_deg, "·")
    rows[DIAL_ROWS][DIAL_COLUMNS] = "+"
    _put_on_ring(rows, angle_deg, "●")
    return "\n".join("".join(row) for row in rows)


def _put_on_ring(rows: list[list[str]], angle_deg: float, mark: str) -> None:
    angle = math.radians(angle_deg)
    row = DIAL_ROWS - round(DIAL_ROWS * math.sin(angle))
    rows[row][DIAL_COLUMNS + round(DIAL_COLUMNS * math.cos(angle))] = mark


def _confidence(share: float) -> tuple[Text, str]:
    full = round(BAR_WIDTH * share)
    bar = Text("█" * full, style="cyan").append("░" * (BAR_WIDTH - full), style="dim")
    return bar, f"{100 * share:.0f} %"


def _title(model: Model, about: About) -> str:
    assumed = "" if about.clock == "utc" else ", clock assumed"
    return f"edgekit · {model.name} · {about.subject}{assumed}"


def _line(event: Event) -> str:
    return f"{clock(event.at_s)}  {event.kind}" + (f": {event.detail}" if event.detail else "")

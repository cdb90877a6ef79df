"""Shows the newest decision and the health of a night in a terminal, or as lines in a file."""

import math
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

from edgekit.doubt import Doubt, DoubtKind, warning
from edgekit.night.night import AWAY_WORDS, WORN, Decisions, Event, HealthRow
from edgekit.spec import Spec
from edgekit.text import clock, stopwatch

from ...decide.answer import Model
from ...decide.reliability import PlacementAnswer, percent_text, posture_right
from ...sources.source import About
from .view import Moment, View
from .wall_clock import wall_s

REDRAW_EVERY_S = 0.25  # wall time between two pictures in a terminal
LINE_EVERY_S = 1.0  # between two plain lines
EVENTS_SHOWN = 4
BAR_WIDTH = 24
DIAL_COLUMNS, DIAL_ROWS = 8, 3  # radii, in characters


@contextmanager
def terminal_view(console: Console | None = None) -> Iterator[View]:
    """Show the night in a terminal, and leave the last picture on it; or print lines to a file."""
    console = console or output()
    if not console.is_terminal:
        yield PlainView(
            lambda line: console.print(line, highlight=False, markup=False, soft_wrap=True)
        )
        return
    with Live(console=console, auto_refresh=False) as live:
        view = TerminalView(lambda picture: live.update(picture, refresh=True))
        yield view
        view.draw()


def output(file: TextIO | None = None) -> Console:
    """Return a console that raises BrokenPipeError when its reader goes.

    Rich itself would end the program, and the night.
    """
    console = Console(file=file)
    console.on_broken_pipe = _reraise  # type: ignore[method-assign]
    return console


def _reraise() -> None:
    raise


class TerminalView:
    """Redraws one picture, at most four times a second whatever the speed of the replay."""

    def __init__(self, put: Callable[[RenderableType], None]) -> None:
        self._put = put
        self._events: deque[Event] = deque(maxlen=EVENTS_SHOWN)
        self._counts = [0, 0, 0]  # gaps, clipped, stuck
        self._moment: Moment | None = None
        self._doubts: tuple[Doubt, ...] = ()
        self._drawn_at = -math.inf

    def on_start(self, model: Model, about: About) -> None:
        self._model, self._about = model, about

    def on_event(self, event: Event) -> None:
        self._events.append(event)

    def on_health(self, health: HealthRow) -> None:
        new = health.gaps, health.clipped, health.stuck
        self._counts = [count + more for count, more in zip(self._counts, new, strict=True)]

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        self._doubts = doubts

    def on_moment(self, moment: Moment) -> None:
        self._moment = moment
        if wall_s() - self._drawn_at >= REDRAW_EVERY_S:
            self.draw()

    def draw(self) -> None:
        """Draw the newest moment now, if there is one."""
        if self._moment is not None:
            self._put(self._picture(self._moment))
            self._drawn_at = wall_s()

    def _picture(self, moment: Moment) -> RenderableType:
        spec = self._model.spec
        top = Table.grid(padding=(0, 3))
        answers = Table.grid(padding=(0, 2))
        last = moment.decisions
        if last is None:
            answers.add_row("waiting for the first whole window")
            top.add_row(answers)
        else:
            posture = Text(_posture(last, spec), style="bold")
            if last.state[-1] == WORN:
                right = float(posture_right(last.posture_confidence[-1], spec))
                answers.add_row("posture", posture, *_confidence(right))
                if place := _place(moment, spec):
                    answers.add_row("placement", Text(place))
            else:  # of somebody who is up, or a sensor that nobody wears, no posture is claimed
                answers.add_row("state", posture)
            angle_deg = float(last.torso_angle_deg[-1])
            if not math.isnan(angle_deg):
                answers.add_row("torso", f"{angle_deg:.0f}°")
                caption = Text("seen from the head", style="dim")
                top.add_row(answers, Group(Text(dial(angle_deg)), caption))
            else:
                top.add_row(answers)
        parts: list[RenderableType] = [
            Text(line, style="bold yellow") for line in warning(self._doubts)
        ]
        parts += [top, self._footing(moment)]
        if self._about.duration_s:
            parts.append(ProgressBar(total=self._about.duration_s, completed=moment.recorded_s))
        parts.extend(Text(_line(event), style="dim") for event in self._events)
        return Panel(Group(*parts), title=_title(self._model, self._about), title_align="left")

    def _footing(self, moment: Moment) -> Text:
        gaps, clipped, stuck = self._counts
        text = Text(
            f"{clock(moment.at_s)}   {stopwatch(moment.recorded_s)}   {moment.rate_hz:.2f} Hz   "
        )
        text.append(
            f"gaps {gaps}   clipped {clipped}   stuck {stuck}",
            style="yellow" if gaps or clipped or stuck else "green",
        )
        return text


class PlainView:
    """Prints each event, and the decision when it changes, at most once a second."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._decided = ""  # as printed last
        self._printed_at = -math.inf  # on the wall
        self._is_live = False
        self._doubted: set[DoubtKind] = set()  # printed

    def on_start(self, model: Model, about: About) -> None:
        self._model, self._is_live = model, about.live

    def on_event(self, event: Event) -> None:
        self._put(_line(event))

    def on_health(self, health: HealthRow) -> None:
        """Not printed: health arrives every 10 s and would bury the decisions; the night has it."""

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        """Print what is new while a night goes on; the command prints all at its end."""
        if self._is_live:
            for doubt in doubts:
                if doubt.kind not in self._doubted:
                    self._doubted.add(doubt.kind)
                    self._put(f"{'warning' if doubt.is_grave else 'doubt'}  {doubt}")

    def on_moment(self, moment: Moment) -> None:
        last = moment.decisions
        if last is None or wall_s() - self._printed_at < LINE_EVERY_S:
            return
        decided = self._words(last, moment.placement)
        if decided != self._decided:
            # Of somebody who is up, or of a sensor that nobody wears, no posture is claimed.
            right = float(posture_right(last.posture_confidence[-1], self._model.spec))
            sure = f", {percent_text(right)}" if last.state[-1] == WORN else ""
            self._put(f"{clock(moment.at_s)}  {decided}{sure}")
            self._decided, self._printed_at = decided, wall_s()

    def _words(self, last: Decisions, placement: PlacementAnswer | None) -> str:
        posture = _posture(last, self._model.spec)
        if placement and last.state[-1] == WORN:
            return f"{posture} ({placement.name})"
        return posture


def dial(angle_deg: float) -> str:
    """Draw the ring of the twelve postures and the stomach's direction, as seen from the head."""
    rows = [[" "] * (2 * DIAL_COLUMNS + 1) for _ in range(2 * DIAL_ROWS + 1)]
    for mark_deg in range(0, 360, 30):
        _put_on_ring(rows, mark_deg, "·")
    rows[DIAL_ROWS][DIAL_COLUMNS] = "+"
    _put_on_ring(rows, angle_deg, "●")
    return "\n".join("".join(row) for row in rows)


def _posture(decisions: Decisions, spec: Spec) -> str:
    """Return the newest posture, or what stands in its place while nobody wears it lying."""
    newest: str = spec.postures[decisions.posture[-1]]
    return AWAY_WORDS.get(str(decisions.state[-1]), newest)


def _put_on_ring(rows: list[list[str]], angle_deg: float, mark: str) -> None:
    angle = math.radians(angle_deg)
    row = DIAL_ROWS - round(DIAL_ROWS * math.sin(angle))
    rows[row][DIAL_COLUMNS + round(DIAL_COLUMNS * math.cos(angle))] = mark


def _confidence(share: float) -> tuple[Text, str]:
    full = round(BAR_WIDTH * share)
    bar = Text("█" * full, style="cyan").append("░" * (BAR_WIDTH - full), style="dim")
    return bar, percent_text(share)


def _place(moment: Moment, spec: Spec) -> str:
    """Return where the sensor is worn, where that is sure or the model knows one place alone."""
    if len(spec.placements) == 1:
        return spec.placements[0]
    return moment.placement.words if moment.placement else ""


def _title(model: Model, about: About) -> str:
    assumed = "" if about.clock == "utc" else ", clock assumed"
    return f"edgekit · {model.name} · {about.subject}{assumed}"


def _line(event: Event) -> str:
    return f"{clock(event.at_s)}  {event.kind}" + (f": {event.detail}" if event.detail else "")

import io
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats
from rich.console import Console

from edgekit.device.decide.reliability import PlacementAnswer
from edgekit.device.monitor.views.terminal import (
    DIAL_COLUMNS,
    DIAL_ROWS,
    REDRAW_EVERY_S,
    PlainView,
    TerminalView,
    dial,
    terminal_view,
)
from edgekit.device.monitor.views.view import Moment
from edgekit.device.sources.source import FULL_SPEED, About, Chunk, Replay
from edgekit.doubt import Doubt, DoubtKind
from tests.helpers.monitored import monitor
from tests.helpers.short_night import DECISIONS

WORN_DECISIONS = replace(DECISIONS, state=np.full(len(DECISIONS), "worn", "U7"))


def shown(tmp_path: Path, bundle, recording, **console) -> str:
    screen = io.StringIO()
    with terminal_view(Console(file=screen, width=90, **console)) as view:
        monitor(Replay([recording], FULL_SPEED), bundle, tmp_path / "a.night", view)
    return screen.getvalue()


def test_a_terminal_shows_posture_angle_health_and_progress(tmp_path: Path, bundle, lying) -> None:
    screen = shown(tmp_path, bundle, lying("left"), force_terminal=True, color_system=None)
    last = screen[screen.rindex("╭") :]
    for word in ("left", "180°", "●", "50.00 Hz", "gaps 0", "stop", "by-gravity"):
        assert word in last


def test_the_only_place_that_a_net_knows_is_named_without_a_confidence(bundle) -> None:
    screen = Console(file=io.StringIO(), width=90)
    own = replace(bundle.spec, domain="own", placements=("[bold]wrist[/x]",))
    view = TerminalView(screen.print)
    view.on_start(replace(bundle, spec=own), About("made", "me", "utc"))
    last = replace(WORN_DECISIONS, placement=WORN_DECISIONS.placement * 0)
    view.on_moment(Moment(1010.0, 50.0, 4.0, last))
    (line,) = [row for row in screen.file.getvalue().splitlines() if "placement" in row]
    assert "[bold]wrist[/x]" in line
    assert "%" not in line


def test_a_placement_is_shown_where_it_is_sure_and_never_as_100_percent(bundle) -> None:
    screen = Console(file=io.StringIO(), width=90)
    view = TerminalView(screen.print)
    view.on_start(bundle, About("made", "me", "utc"))
    view.on_moment(Moment(1010.0, 50.0, 4.0, WORN_DECISIONS))
    view.on_moment(Moment(1011.0, 50.0, 5.0, WORN_DECISIONS))
    assert "placement" not in screen.file.getvalue()
    sure = PlacementAnswer("chest", 0.93, 0.97)
    last = replace(WORN_DECISIONS, posture_confidence=np.ones(2))
    view.on_moment(Moment(1012.0, 50.0, 6.0, last, placement=sure))
    view.draw()
    text = screen.file.getvalue()
    assert "chest (right in 97 of 100 simulated nights)" in text and "100 %" not in text


@pytest.mark.parametrize(("state", "words"), [("upright", "upright"), ("off", "off the body")])
def test_of_somebody_who_is_up_or_of_a_sensor_that_lies_no_posture_is_claimed(
    bundle, state: str, words: str
) -> None:
    screen, lines = Console(file=io.StringIO(), width=90), list[str]()
    last = replace(WORN_DECISIONS, state=np.full(len(WORN_DECISIONS), state, "U7"))
    for view in (TerminalView(screen.print), PlainView(lines.append)):
        view.on_start(bundle, About("made", "me", "utc"))
        view.on_moment(Moment(1010.0, 50.0, 4.0, last))
    for text in (screen.file.getvalue(), lines[-1]):
        assert words in text and "%" not in text
        assert bundle.spec.postures[last.posture[-1]] not in text.split()


def test_a_warning_stands_first(bundle) -> None:
    screen = Console(file=io.StringIO(), width=90)
    view = TerminalView(screen.print)
    view.on_start(bundle, About("made", "me", "utc"))
    view.on_doubts((Doubt(DoubtKind.UNIT, "gravity is 9.81 g"), Doubt(DoubtKind.DATE, "of 1970")))
    view.on_moment(Moment(1010.0, 50.0, 4.0, WORN_DECISIONS))
    text = screen.file.getvalue()
    assert text.index("Do not rely") < text.index("Gravity is 9.81 g") < text.index("posture")
    assert "1970" not in text


def test_plain_lines_of_a_live_night_say_each_doubt_once(bundle) -> None:
    lines: list[str] = []
    view = PlainView(lines.append)
    view.on_start(bundle, About("a sensor", "me", "utc", live=True))
    doubts = (Doubt(DoubtKind.UNIT, "gravity is 9.81 g"),)
    view.on_doubts(doubts)
    view.on_doubts((*doubts, Doubt(DoubtKind.DATE, "of 1970")))
    assert lines == ["warning  gravity is 9.81 g", "doubt  of 1970"]


def test_where_there_is_no_terminal_plain_lines_are_enough(tmp_path: Path, bundle, lying) -> None:
    lines = shown(tmp_path, bundle, lying("left"), force_terminal=False).splitlines()
    assert [line.split()[1].strip(":") for line in lines] == ["start", "left,", "stop"]
    assert "\x1b" not in "".join(lines)


def test_a_full_speed_replay_is_drawn_four_times_a_second_at_the_most(bundle) -> None:
    pictures: list[object] = []
    view = TerminalView(pictures.append)
    view.on_start(bundle, About("made", "me", "utc"))
    began = time.monotonic()
    for step in range(20_000):
        view.on_moment(Moment(float(step), 50.0, float(step), None))
    assert 1 <= len(pictures) <= 1 + (time.monotonic() - began) / REDRAW_EVERY_S


@given(angle_deg=floats(0, 360))
def test_the_dial_points_where_the_stomach_points(angle_deg: float) -> None:
    rows = dial(angle_deg).splitlines()
    (row,) = [index for index, text in enumerate(rows) if "●" in text]
    column = rows[row].index("●")
    angle = math.radians(angle_deg)
    assert column - DIAL_COLUMNS == pytest.approx(DIAL_COLUMNS * math.cos(angle), abs=0.51)
    assert DIAL_ROWS - row == pytest.approx(DIAL_ROWS * math.sin(angle), abs=0.51)


def test_a_line_that_drops_is_seen_while_nothing_comes(tmp_path: Path, bundle, lying) -> None:
    recording = lying("left", seconds=10)
    dropped = Chunk(recording.xyz_g[:0], recording.start_s, 50.0, events=(("line dropped", "x"),))
    seen: list[str] = []

    class Source:
        about = About("a script", "me", "utc", live=True)

        def chunks(self) -> Iterator[Chunk]:
            yield Chunk(recording.xyz_g, recording.start_s, 50.0)
            yield dropped
            time.sleep(REDRAW_EVERY_S)
            yield Chunk(recording.xyz_g[:0], recording.start_s, 50.0)
            until = time.monotonic() + 10  # the screen is written by a thread of its own
            while "line dropped: x" not in screen.getvalue() and time.monotonic() < until:
                time.sleep(REDRAW_EVERY_S)
            seen.append(screen.getvalue())

    screen = io.StringIO()
    with terminal_view(Console(file=screen, width=90, force_terminal=True)) as view:
        monitor(Source(), bundle, tmp_path / "a.night", view)
    assert "line dropped: x" in seen[0]

"""Whatever a person reads names the sleep postures in words for people, also of older files."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.label.label_page import prepare_page
from edgekit.device.monitor.views import terminal
from edgekit.device.monitor.views.dashboard.last_night import LastNight
from edgekit.device.monitor.views.view import Moment
from edgekit.device.record.protocol import packaged_text
from edgekit.device.report import write_report
from edgekit.device.sources.source import FULL_SPEED, About, Replay
from edgekit.firmware.build.arduino import library
from edgekit.metrics import measure
from edgekit.night.reader import open_night
from edgekit.posture_words import OF_PAPER
from edgekit.recording import load_recording, save_recording
from edgekit.spec import SLEEP, UNLABELLED
from edgekit.train import figures
from tests.helpers.bundles import add_c, make_bundle
from tests.helpers.lying import make_lying
from tests.helpers.monitored import monitor
from tests.helpers.nights import START_S, decisions, write_night

PAPER = tuple(OF_PAPER)
MISLEADING = set(PAPER) - set(SLEEP.postures)
# No sentence of a page holds these; "up", "down" and "upright" are words of the language too.
COMPOUND = re.compile("|".join(sorted(MISLEADING - {"up", "down", "upright"})), re.IGNORECASE)
IN_PAPER_WORDS = replace(SLEEP, postures=PAPER)
STATE = "upright"  # of somebody who stands


@pytest.fixture(scope="module")
def older_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = make_bundle(tmp_path_factory.mktemp("older") / "net", described=IN_PAPER_WORDS)
    return load_bundle(add_c(folder))


@pytest.fixture(scope="module")
def older_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes in each posture and on foot, labelled, written in the paper's words."""
    path = tmp_path_factory.mktemp("nights") / "older.night"
    lain = decisions([*((posture, 2.0) for posture in SLEEP.postures), ("upright!", 2.0)])
    truth = np.where(lain.state == STATE, UNLABELLED, lain.posture)
    write_night(path, replace(lain, truth=truth))
    with closing(sqlite3.connect(path)) as db, db:
        text = json.dumps(IN_PAPER_WORDS.to_json())
        db.execute("UPDATE meta SET value = ? WHERE key = 'spec'", (text,))
    return path


@pytest.fixture
def older_recording(tmp_path: Path) -> Path:
    lying = make_lying(*SLEEP.postures, seconds=6, start_s=1.7e9)
    save_recording(replace(lying, label_names=PAPER), tmp_path / "older.npz")
    return tmp_path / "older.npz"


def texts(shown: Any) -> Iterator[str]:
    """Yield each text of JSON, however deep; the name of a state is none of a posture."""
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, dict):
        for value in shown.values():
            yield from texts(value)
    elif isinstance(shown, list | tuple):
        for value in shown:
            yield from texts(value)


class Page(HTMLParser):
    """The texts of a page that a person sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open, self.seen = "", list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open != "style" and data.strip():
            self.seen.append(data.strip())


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_terminal_shows_an_older_bundles_decisions_in_words_for_people(
    older_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    monkeypatch.setattr(terminal, "LINE_EVERY_S", 0.0)
    monkeypatch.setattr(terminal, "REDRAW_EVERY_S", 0.0)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=is_terminal, width=90, color_system=None)
    with terminal.terminal_view(console) as view:
        view.on_start(older_bundle, About("made", "me", "utc"))
        for number, posture in enumerate(SLEEP.postures, 1):
            lain = decisions([(posture, SLEEP.hop_s / 60)])
            view.on_moment(Moment(START_S + number, 50.0, number, lain))
    words = set(re.findall(r"[\w-]+", screen.getvalue()))
    assert set(SLEEP.postures) <= words and not MISLEADING & words


def test_a_replay_of_an_older_recording_agrees_with_its_labels(
    older_bundle: Bundle, older_recording: Path, tmp_path: Path
) -> None:
    source = Replay([load_recording(older_recording)], FULL_SPEED)
    monitor(source, older_bundle, tmp_path / "a.night")
    with open_night(tmp_path / "a.night") as night:
        worn = night.decisions()
        assert (worn.raw_posture == worn.truth).mean() > 0.7


def test_the_report_and_its_exports_of_an_older_night_are_in_words_for_people(
    older_night: Path, tmp_path: Path
) -> None:
    files = write_report(older_night, tmp_path, edf=True)
    seen = Page(files.html.read_text()).seen
    assert {"supine-right", "prone-left"} <= {word for text in seen for word in text.split(",")}
    assert not any(COMPOUND.search(text) for text in seen)
    first_words = {re.split(r"[\s,:;(]", text)[0] for text in seen}
    assert not {"up", "down"} & first_words
    rows = list(csv.DictReader(files.csv.open()))
    for column in ("posture", "raw_posture", "truth"):
        assert {row[column] for row in rows} <= {*SLEEP.postures, ""}
    assert STATE in {row["state"] for row in rows}
    assert files.edf is not None
    edf = files.edf.read_bytes().decode("latin-1")
    assert not COMPOUND.search(edf)
    assert not re.search(r"\x14(up|down)\x14", edf)


def test_the_dashboards_last_night_and_the_label_page_are_in_words_for_people(
    older_night: Path, older_bundle: Bundle, older_recording: Path
) -> None:
    drawn = LastNight(older_night.parent).draw()
    nothing = {"posture": (), "placement": ()}
    page = prepare_page(older_recording, older_bundle, nothing, "")
    for shown in (drawn, page.about()):
        words = [word for text in texts(json.loads(json.dumps(shown))) for word in text.split()]
        assert "supine-right" in " ".join(words)
        assert not (MISLEADING - {STATE}) & set(words)
    assert STATE not in list(texts(page.about()))


def test_a_picture_of_confusion_is_labelled_in_words_for_people(tmp_path: Path) -> None:
    every = np.arange(len(SLEEP.postures))
    picture = tmp_path / "c.svg"
    figures.draw_confusion(measure(every, every, SLEEP.postures), "posture", picture)
    words = re.findall(r">([^<>]+)</text>", picture.read_text())
    assert [word for word in words if word in SLEEP.postures] == 2 * list(SLEEP.postures)
    assert not MISLEADING & set(words)


def test_an_arduino_library_of_an_older_bundle_is_in_words_for_people(older_bundle: Bundle) -> None:
    for name, content in library(older_bundle).items():
        if name.endswith((".md", ".ino", ".properties")):
            text = content.decode()
            assert not COMPOUND.search(text), name
    readme = next(text.decode() for name, text in library(older_bundle).items() if "README" in name)
    assert "Postures: supine, supine-right, right-supine" in readme


def test_the_packaged_protocol_of_sleep_asks_for_words_for_people() -> None:
    text = packaged_text("sleep")
    assert set(re.findall(r'label = "(.+)"', text)) == set(SLEEP.postures)

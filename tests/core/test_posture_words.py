"""Files in the paper's words for the sleep postures open in today's; a person's own words stay."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.adaptation import Adaptation, Change
from edgekit.bundle import load_bundle
from edgekit.night.reader import open_night
from edgekit.posture_words import OF_PAPER, is_in_paper_words
from edgekit.recording import Recording, load_recording, save_recording
from edgekit.run import DESCRIPTION, read_run, write_description
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, WISDM, Spec
from tests.helpers.bundles import make_bundle
from tests.helpers.lying import make_lying
from tests.helpers.nights import decisions, write_night

PAPER = tuple(OF_PAPER)
IN_PAPER_WORDS = replace(SLEEP, postures=PAPER)


def own(*postures: str) -> Spec:
    return replace(WISDM, domain="own", postures=postures)


def test_the_papers_words_stand_in_the_order_of_the_spec() -> None:
    assert tuple(OF_PAPER.values()) == SLEEP.postures == tuple(POSTURE_ANGLE_DEG)


@pytest.mark.parametrize("postures", [PAPER, PAPER[:2], ("left", "upright"), ("rightup", "left")])
def test_a_spec_of_sleep_in_the_papers_words_is_read_in_todays(postures: Sequence[str]) -> None:
    read = Spec.from_json(replace(SLEEP, postures=tuple(postures)).to_json())
    assert read == replace(SLEEP, postures=tuple(OF_PAPER[name] for name in postures))


@pytest.mark.parametrize(
    "postures", [("upright", "sitting"), ("up", "down"), ("left", "right", "upright"), PAPER[1:]]
)
def test_the_words_of_another_domain_stay(postures: tuple[str, ...]) -> None:
    assert Spec.from_json(own(*postures).to_json()) == own(*postures)


def test_a_net_of_sleep_that_learned_a_word_more_is_read_in_todays_and_keeps_that() -> None:
    read = Spec.from_json(own(*PAPER, "sitting").to_json())
    assert read.postures == (*SLEEP.postures, "sitting")
    standing = own(*SLEEP.postures, "upright")
    assert Spec.from_json(standing.to_json()) == standing


@pytest.mark.parametrize(
    ("names", "is_paper"),
    [
        (PAPER, True), (("up", "left"), True), (("down", "supine"), True), (("rightup", ""), True),
        (SLEEP.postures, False), (("left", "right", "upright"), False), (("upright",), False),
        (("supine", "left", "upright"), False), (("up", "walking"), False), ((), False),
    ],
)  # fmt: skip
def test_only_a_list_that_nobody_else_would_write_is_in_the_papers_words(
    names: tuple[str, ...], is_paper: bool
) -> None:
    assert is_in_paper_words(names) == is_paper
    assert (SLEEP.in_its_words(names) != names) == is_paper
    assert WISDM.in_its_words(names) == names


def test_a_run_in_the_papers_words_opens(tmp_path: Path) -> None:
    config = {"net": "mtl-net-small", "recipe": {"int8_ready": True}}
    write_description(tmp_path, "edgekit", "2026-01-01", config, IN_PAPER_WORDS, {})
    assert "downleft" in (tmp_path / DESCRIPTION).read_text()
    assert read_run(tmp_path).spec == SLEEP


def test_what_an_adapted_net_learned_is_read_in_the_words_of_its_spec() -> None:
    change = Change(0.5, 0.75)
    adaptation = Adaptation(
        run="r", digests={}, part="heads", seconds=60.0,
        own_windows={"train": 1, "judged": 1}, old_windows=0,
        own={"posture": change, "placement": change}, old={},
        added={"posture": [], "placement": []},
        dropped={"posture": ["up"], "placement": []},
        lacking={"posture": ["upright", "left"], "placement": ["neck"]},
    )  # fmt: skip
    fields = json.loads(json.dumps(adaptation.to_json()))
    read = Adaptation.from_json(fields, replace(SLEEP, postures=SLEEP.postures[1:]))
    assert read.lacking["posture"] == ["supine-right", "left"]
    assert read.dropped["posture"] == ["supine"]
    fields["dropped"]["posture"], fields["lacking"]["posture"] = ["upright"], ["up"]
    kept = Adaptation.from_json(fields, replace(own("up", "left"), placements=("neck",)))
    assert kept.dropped["posture"] == ["upright"] and kept.lacking["posture"] == ["up"]


def test_a_bundle_in_the_papers_words_opens_with_its_own_digest(tmp_path: Path) -> None:
    older = load_bundle(make_bundle(tmp_path / "older", described=IN_PAPER_WORDS))
    assert older.spec == SLEEP
    assert older.digest != load_bundle(make_bundle(tmp_path / "newer")).digest


def test_a_night_in_the_papers_words_opens_with_its_decisions(tmp_path: Path) -> None:
    lain = decisions([("supine-right", 1.0), ("prone", 1.0)])
    path = write_night(tmp_path / "a.night", lain)
    with closing(sqlite3.connect(path)) as db, db:
        text = json.dumps(IN_PAPER_WORDS.to_json())
        db.execute("UPDATE meta SET value = ? WHERE key = 'spec'", (text,))
    with open_night(path) as night:
        assert night.spec == SLEEP
        assert np.array_equal(night.decisions().posture, lain.posture)


def saved(path: Path, recording: Recording) -> Recording:
    save_recording(recording, path)
    return load_recording(path)


def test_a_recording_in_all_the_papers_words_is_read_in_todays(tmp_path: Path) -> None:
    lying = make_lying("supine", "supine-right", "prone-left", seconds=2)
    assert saved(tmp_path / "a.npz", replace(lying, label_names=PAPER)).label_names == (
        SLEEP.postures
    )
    mixed = replace(lying, label_names=(*PAPER, "supine"), label=lying.label * 0 + 12)
    read = saved(tmp_path / "b.npz", mixed)
    assert read.label_names == SLEEP.postures and not read.label.any()


@pytest.mark.parametrize("names", [("upright", "up", "walking"), ("up", "left"), PAPER[1:]])
def test_a_recording_of_ones_own_keeps_its_words(tmp_path: Path, names: tuple[str, ...]) -> None:
    own_words = replace(make_lying("supine", seconds=2), label_names=names)
    assert saved(tmp_path / "a.npz", own_words).label_names == names

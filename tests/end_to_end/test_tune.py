"""edgekit tune: labelled nights in, a bundle with its smoothing set out; one line for a mistake."""

import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import load_bundle
from edgekit.recording import Recording, save_recording
from edgekit.smoothing import smoothing_of
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP
from tests.helpers.bundles import make_bundle
from tests.helpers.command import begun, edgekit, refused, the
from tests.helpers.gravity import gravity_at

POSTURES = (0, 3, 9, 6)


def lying(seconds: float, seed: int) -> Recording:
    """One who turns four times, with a sensor that is noisy enough to err by."""
    each = round(seconds * SLEEP.rate_hz)
    index = np.repeat(np.array(POSTURES, np.int16), each)
    gravity_g = np.array([gravity_at(angle) for angle in POSTURE_ANGLE_DEG.values()])[index]
    noise_g = np.random.default_rng(seed).normal(0, 0.8, gravity_g.shape)
    return Recording(
        (gravity_g + noise_g).astype(np.float32), SLEEP.rate_hz, "me", "chest", index,
        SLEEP.postures, 1e9, "utc", "made",
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle, two labelled recordings, a labelled night, and what is none."""
    folder = tmp_path_factory.mktemp("tune")
    make_bundle(folder / "bundles" / "by-gravity")
    for seed, name in enumerate(("monday", "tuesday", "wednesday")):
        save_recording(lying(60.0, seed), folder / f"{name}.npz")
    ended = edgekit(
        *("monitor", "--replay", "wednesday.npz", "--speed", "full", "--out", "wednesday.night"),
        cwd=folder,
    )
    assert ended.returncode == 0, ended.stderr
    unlabelled = replace(lying(20.0, 0), label=None, label_names=())
    save_recording(unlabelled, folder / "unlabelled.npz")
    (folder / "text.npz").write_text("not a recording\n")
    return folder


def test_nights_choose_a_setting_and_each_is_scored_by_the_others_choice(place: Path) -> None:
    ended = edgekit("tune", "monday.npz", "tuesday.npz", "wednesday.night", cwd=place)
    assert ended.returncode == 0, ended.stderr
    assert "9 turns in" in ended.stdout and "chosen on these (measured)" in ended.stdout
    assert "3 nights, each left out in turn" in ended.stdout
    untuned, tuned = (
        next(line for line in ended.stdout.splitlines() if f" {name} " in line)
        for name in ("untuned", "tuned")
    )
    assert untuned.count(" to ") == tuned.count(" to ") == 3
    copy = load_bundle(the(place, "bundles/*-tuned"))
    assert "smoothing" in copy.fields and smoothing_of(copy)


def test_of_one_night_it_says_that_its_figures_are_of_the_night_it_chose_from(place: Path) -> None:
    ended = edgekit(
        "tune", "monday.npz", "--bundle", "bundles/by-gravity", "--out", "one", cwd=place
    )
    assert ended.returncode == 0, ended.stderr
    assert "one night alone" in ended.stdout and "left out" not in ended.stdout


def test_labels_by_hand_beside_a_recording_count(place: Path) -> None:
    save_recording(replace(lying(20.0, 0), label=None, label_names=()), place / "by-hand.npz")
    names = [SLEEP.postures[index] for index in POSTURES]
    rows = [f"{20 * k},{20 * k + 20},{name},\n" for k, name in enumerate(names)]
    (place / "by-hand.labels.csv").write_text("start,end,posture,placement\n" + "".join(rows))
    ended = edgekit(
        "tune", "by-hand.npz", "--bundle", "bundles/by-gravity", "--out", "hand", cwd=place
    )
    assert ended.returncode == 0, ended.stderr
    assert "3 turns in" in ended.stdout


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (("nothing.npz",), 2, "no recording at nothing.npz"),
        (("nothing.night",), 2, "no night at nothing.night"),
        (("text.npz",), 1, "not an edgekit recording"),
        (("unlabelled.npz",), 2, "edgekit simulate"),
        (("monday.npz", "--slowest", "0"), 2, "--slowest"),
        (("monday.npz", "bundles/../monday.npz"), 2, "given twice"),
        (("monday.npz", "--bundle", "nowhere"), 2, "no bundle at nowhere"),
        (("monday.npz", "--out", "bundles"), 2, "bundles is there already"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_no_bundle(
    place: Path, words: tuple[str, ...], exit_code: int, message: str
) -> None:
    before = sorted(place.rglob("*"))
    code, line = refused("tune", *words, cwd=place)
    assert code == exit_code and message in line
    assert sorted(place.rglob("*")) == before


def test_its_help_says_what_to_give_and_what_the_figures_are(place: Path) -> None:
    ended = edgekit("tune", "--help", cwd=place)
    assert ended.returncode == 0
    assert "edgekit tune night.npz" in ended.stdout and "--slowest" in ended.stdout
    assert edgekit("tune", cwd=place).returncode == 2


def test_ctrl_c_ends_it_in_one_line_and_leaves_no_bundle(place: Path, tmp_path: Path) -> None:
    save_recording(lying(3600.0, 0), tmp_path / "long.npz")
    running = begun(
        "tune", "long.npz", "--bundle", place / "bundles" / "by-gravity", "--out", "tuned",
        cwd=tmp_path,
    )  # fmt: skip
    maps = Path(f"/proc/{running.pid}/maps")
    while "model.tflite" not in maps.read_text() and running.poll() is None:
        time.sleep(0.02)  # until it classifies
    running.send_signal(signal.SIGINT)
    _, message = running.communicate(timeout=30)
    assert running.returncode == 130, message
    assert "Traceback" not in message
    assert [path.name for path in tmp_path.iterdir()] == ["long.npz"]

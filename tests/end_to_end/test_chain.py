"""The whole road on a small scale, through the commands: train, convert, monitor, report."""

import json
import shutil
import signal
import time
from pathlib import Path

import numpy as np

from edgekit.night.reader import open_night
from edgekit.recording import load_recording
from tests.helpers.command import begun, edgekit, refused, the
from tests.helpers.pages import without_pictures
from tests.helpers.raw_files import write_wisdm


def test_a_run_describes_itself(road: Path) -> None:
    run = the(road, "runs/*")
    described = json.loads((run / "run.json").read_text())
    assert described["shipped"] in ("student", "teacher")
    for who in ("student", "teacher"):
        for task in ("posture", "placement"):
            metrics = described["metrics"][who]["test"][task]
            assert 0 < metrics["balanced_accuracy"] <= 1
            assert {"sensitivity", "ppv", "npv"} <= metrics["classes"][0].keys()
    assert not set(described["subjects"]["test"]) & set(described["subjects"]["train"])
    pictures = {"curves.svg", "confusion-posture.svg", "confusion-placement.svg"}
    assert pictures <= {path.name for path in run.iterdir()}
    assert not list(run.glob("checkpoint*"))


def test_the_net_learned_what_it_was_shown(road: Path) -> None:
    described = json.loads((the(road, "runs/*") / "run.json").read_text())
    metrics = described["metrics"][described["shipped"]]["test"]
    assert metrics["posture"]["accuracy"] > 0.75
    assert metrics["placement"]["accuracy"] > 0.5  # a third by chance


def test_the_night_holds_every_sample_and_every_decision(road: Path) -> None:
    recording = load_recording(road / "night.npz")
    with open_night(the(road, "nights/*.night")) as night:
        samples = np.concatenate([block.xyz_g for block in night.samples()])
        decisions = night.decisions()
    assert np.array_equal(samples, recording.xyz_g)
    assert len(decisions.start_s) == (len(recording) - 100) // 60 + 1
    known = decisions.truth >= 0
    assert (decisions.posture[known] == decisions.truth[known]).mean() > 0.6


def test_the_report_lies_beside_the_night(road: Path) -> None:
    page = the(road, "nights/*.html").read_text()
    assert "http" not in without_pictures(page).replace("http://www.w3.org", "")
    assert len(the(road, "nights/*.csv").read_text().splitlines()) > 1000


def test_a_changed_model_is_refused_and_no_night_is_written(road: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(the(road, "bundles/*"), bundle)
    model = bytearray((bundle / "model.tflite").read_bytes())
    model[-1] ^= 1
    (bundle / "model.tflite").write_bytes(model)
    words = ("monitor", "--replay", road / "night.npz", "--bundle", bundle, "--out", "a.night")
    code, line = refused(*words, cwd=tmp_path)
    assert code == 1
    assert "SHA-256 differs" in line
    assert not (tmp_path / "a.night").exists()


def test_a_night_is_never_overwritten(road: Path) -> None:
    night = the(road, "nights/*.night")
    before = night.read_bytes()
    words = ("monitor", "--replay", "night.npz", "--speed", "full", "--out", night)
    code, line = refused(*words, cwd=road)
    assert (code, "already exists" in line) == (2, True)
    assert night.read_bytes() == before


def test_a_run_without_a_teacher_is_refused(road: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(the(road, "runs/*"), run)
    for weights in ("teacher", "student"):
        (run / f"{weights}.safetensors").unlink()
    code, line = refused("convert", run, cwd=tmp_path)
    assert (code, "training did not finish" in line) == (1, True)
    assert not (tmp_path / "bundles").exists()


def test_ctrl_c_leaves_a_run_that_resumes(tmp_path: Path) -> None:
    write_wisdm(tmp_path / "data")
    net = ("--net", "mtl-net-micro", "--input", "one-gain")
    data = ("--dataset", "wisdm", "--data-dir", "data")
    words = ("train", *net, *data, "--epochs", "12", "--out", "run")
    training = begun(*words, cwd=tmp_path)
    deadline = time.monotonic() + 120
    while not (tmp_path / "run" / "checkpoint.safetensors").exists():
        assert time.monotonic() < deadline
        assert training.poll() is None
        time.sleep(0.05)
    training.send_signal(signal.SIGINT)
    _, output = training.communicate(timeout=60)
    assert training.returncode == 130
    assert "edgekit train --resume run" in output
    assert "Traceback" not in output

    code, line = refused("convert", "run", cwd=tmp_path)
    assert (code, "resume" in line) == (1, True)

    resumed = edgekit("train", "--resume", "run", *data[2:], cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    history = (tmp_path / "run" / "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in history] == ["epoch", *map(str, range(12))]
    spec = json.loads((tmp_path / "run" / "run.json").read_text())["spec"]
    assert spec["front_end"] == {
        "gravity_steps_per_g": 64,
        "motion_steps_per_g": None,
    }

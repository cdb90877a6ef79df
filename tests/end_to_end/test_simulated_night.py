"""A simulated night is a process of its own: how it ends is how its command ends."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from edgekit import samples
from edgekit.night.reader import open_night
from edgekit.recording import load_recording
from edgekit.signals import exit_code_of
from tests.helpers.command import begun, the
from tests.helpers.dashboard import fetch, wait_until
from tests.helpers.forked import ForkedCommand
from tests.helpers.replayed import short_night


def test_ctrl_c_never_hides_how_the_night_ended() -> None:
    """Both get it at once: the one that waits, and the one that dies of it."""
    codes = []
    for _ in range(12):
        with suppress(KeyboardInterrupt):  # where it came before it was waited for
            process = subprocess.Popen(
                ["sh", "-c", "sleep 0.05; kill -INT $PPID $$"],
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            codes.append(exit_code_of(process))
    assert set(codes) == {-signal.SIGINT}


def test_a_command_that_is_terminated_ends_its_night_first(tmp_path: Path) -> None:
    bundle, recording = short_night(tmp_path)
    night = tmp_path / "a.night"
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "edgekit", "monitor", "--simulate", recording),
            *("--bundle", bundle, "--out", night),
        ],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as command:  # fmt: skip
        assert command.stdout is not None
        assert "start" in command.stdout.readline()
        command.send_signal(signal.SIGTERM)  # to it alone
        assert command.wait(timeout=20) == 0
    with open_night(night) as stored:
        assert stored.ended_well
        assert stored.events()[-1].kind == "interrupted"


def test_without_any_argument_the_shipped_night_is_simulated_for_the_shipped_bundle(
    forked: ForkedCommand, tmp_path: Path
) -> None:
    words = ("monitor", "--simulate", "--speed", "full", "--alarm", "supine")
    ended = forked(*words, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("using the shipped sleep-micro bundle") == 1
    assert "never measured" not in ended.stderr  # of people, whom a simulation has none of
    assert len(ended.stdout.splitlines()) < 15
    recording = load_recording(samples.night())
    with open_night(the(tmp_path, "nights/*.night")) as night:
        assert night.start_s == pytest.approx(recording.start_s, abs=1.0)
        assert night.end_s == pytest.approx(recording.end_s, abs=2.0)
        assert [event.kind for event in night.events()][-1] == "stop"
        assert night.meta.is_synthetic and night.meta.source.startswith("simulated ADXL345")
        assert night.meta.bundle_name == samples.BUNDLE_NAME


def test_what_is_set_for_the_sensor_here_does_not_reach_a_simulated_one(
    forked: ForkedCommand, tmp_path: Path
) -> None:
    (tmp_path / "edgekit.toml").write_text(
        'alarm = "supine"\nalarm-pin = 18\naddress = "0x1d"\nbus = 7\nsubject = "anna"\n'
    )
    (tmp_path / "calibration.json").write_text("{}")  # of the real sensor; it is damaged, too
    words = ("monitor", "--simulate", "--speed", "full", "--duration", "30s")
    ended = forked(*words, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    with open_night(the(tmp_path, "nights/*.night")) as night:
        assert (night.meta.calibration, night.meta.subject) == (None, "sleeper-night-0")


@pytest.mark.parametrize("source", [("--simulate",), ("--replay", samples.night())])
def test_the_dashboard_shows_a_simulation_or_a_replay(
    source: tuple[str | Path, ...], tmp_path: Path
) -> None:
    words = ("monitor", *source, "--web", "127.0.0.1:0", "--speed", "100")
    with begun(*words, cwd=tmp_path) as running:
        assert running.stderr is not None
        line = next(line for line in running.stderr if line.startswith("dashboard"))
        url = re.search(r"http://127.0.0.1:\d+/", line)[0]  # type: ignore[index]
        wait_until(lambda: len(json.loads(fetch(f"{url}tonight")[1] or "null") or {}) > 1)
        assert json.loads(fetch(f"{url}tonight")[1])["blocks"]
        running.send_signal(signal.SIGINT)
        running.stderr.read()
        assert running.wait(timeout=20) == 0

"""A simulated night is a process of its own: how it ends is how its command ends."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from edgekit.night.reader import open_night
from edgekit.signals import exit_code_of
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

"""Prompts are spoken by a program that is found here, and nothing waits for it."""

import io
import re
import time
from pathlib import Path

import pytest
from rich.console import Console

from edgekit.device.record.attempt import Attempt
from edgekit.device.record.prompts import prompts
from edgekit.device.record.protocol import Step
from edgekit.device.record.session import RecordedStep
from edgekit.device.record.speech import find_speech
from edgekit.errors import UsageError

STEP = Step("Lie on your back.", "supine", 30, 5, "chest", True)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> Path:
    """A program that writes what it was asked to say, a line each time."""
    path, spoken = folder / name, folder / "spoken"
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {spoken}\n{script}\n')
    path.chmod(0o755)
    return spoken


def lines_of(spoken: Path, lines: int) -> list[str]:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if spoken.is_file() and len(spoken.read_text().splitlines()) >= lines:
            break
        time.sleep(0.01)
    return spoken.read_text().splitlines()


def test_each_prompt_is_the_programs_one_argument(programs: Path) -> None:
    spoken = install(programs, "espeak-ng", "")
    console = Console(file=io.StringIO())
    with prompts(console, 2, find_speech(None)) as view:
        view.on_step(1, STEP, is_repeated=False)
        assert lines_of(spoken, 1) == ["Lie on your back."]
        view.on_step(1, STEP, is_repeated=True)
        assert lines_of(spoken, 2)[1:] == ["again: Lie on your back."]


def test_a_program_that_speaks_long_holds_nothing_up_and_is_cut_short(programs: Path) -> None:
    install(programs, "spd-say", "exec /bin/sleep 60")
    speech = find_speech(None)
    assert speech is not None
    began = time.monotonic()
    speech.say("one")
    speech.say("two")
    speech.finish(0.1)
    assert time.monotonic() - began < 3
    assert not speech.has_failed


@pytest.mark.parametrize("script", ["exit 1", None])
def test_a_program_that_cannot_speak_is_given_up_with_a_word(
    programs: Path, script: str | None
) -> None:
    install(programs, "espeak-ng", script or "")
    speech = find_speech(None)
    assert speech is not None
    if script is None:
        (programs / "espeak-ng").write_bytes(b"\x7fELF no program")
    out = io.StringIO()
    with prompts(Console(file=out), 2, speech) as view:
        view.on_step(1, STEP, is_repeated=False)
        until = time.monotonic() + 5
        while not speech.has_failed and time.monotonic() < until:
            time.sleep(0.01)
        view.on_step(2, STEP, is_repeated=False)
    assert out.getvalue().count("the prompts cannot be spoken here") == 1


def test_without_a_program_prompts_are_printed_with_a_beep(programs: Path) -> None:
    assert find_speech(None) is None and find_speech(False) is None
    with pytest.raises(UsageError, match="sudo apt install espeak-ng"):
        find_speech(True)
    out = io.StringIO()
    with prompts(Console(file=out, force_terminal=True, width=100), 12, None) as view:
        view.on_step(3, STEP, is_repeated=False)
        view.on_time(Attempt(STEP, 0, 50.0))
        view.on_recorded(RecordedStep(3, STEP, 50.0, 0, ("it moved by 0.30 g",)))
    text = out.getvalue()
    assert "\a" in text and "3 of 12" in text and "Lie on your back." in text
    assert "(5 s to settle, then 30 s recorded as 'supine')" in text
    assert re.search(r"settle +5 s", text) and "doubtful: it moved by 0.30 g" in text


def test_no_speak_keeps_quiet_though_there_is_a_program(programs: Path) -> None:
    install(programs, "say", "")
    assert find_speech(False) is None

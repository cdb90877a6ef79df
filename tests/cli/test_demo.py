"""edgekit demo leaves nothing where its first step failed."""

import sys
from pathlib import Path

import pytest

from edgekit.cli.demo import demo_command
from edgekit.errors import EdgekitError


def test_a_demo_that_fails_at_once_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EdgekitError, match="edgekit train ended with exit code 1"):
        demo_command("synthetic")
    assert list(tmp_path.iterdir()) == []


def test_the_simulated_demo_names_no_data_folder_although_the_environment_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "/bin/echo")  # each step prints its words
    demo_command("synthetic", data_dir=tmp_path / "data")
    steps = capfd.readouterr().out
    assert "train --dataset synthetic" in steps and "--data-dir" not in steps

"""Instruction sets: each core is of one, and a board's cores are of the same."""

from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.firmware.build import board as boards
from edgekit.firmware.cores import ARCHITECTURES, CORES, HOST, THUMB, architecture_of


def test_each_core_is_of_one_instruction_set() -> None:
    names = [core.name for architecture in ARCHITECTURES for core in architecture.cores]
    assert sorted(names) == sorted(CORES)
    assert architecture_of("cortex-m4") is THUMB
    assert architecture_of("host") is HOST


def test_an_unknown_core_is_refused_with_those_there_are() -> None:
    with pytest.raises(EdgekitError, match=r"no core is called 'z80'\. There are host, cortex-m0"):
        architecture_of("z80")


def test_an_instruction_set_bounds_the_stack_or_says_why_not() -> None:
    for architecture in ARCHITECTURES:
        assert (architecture.worst_stack is None) == bool(architecture.no_bound)


def test_a_board_of_two_instruction_sets_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "both").mkdir()
    (tmp_path / "both" / "board.toml").write_text(
        'title = "Both"\ncores = ["cortex-m4", "host"]\nsources = []\nrun = "not run"\n'
    )
    monkeypatch.setattr(boards, "BOARDS", tmp_path)
    with pytest.raises(EdgekitError, match="several instruction sets"):
        boards.board("both")

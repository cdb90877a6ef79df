"""Lines that commands print are whole, and what stands in brackets is not read as markup."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.cli import fail
from edgekit.cli.data_check import check_command
from edgekit.cli.output import print_progress, print_result
from tests.helpers.own_sets import write_set

LONG = "bundles/" + "night" * 30 + " pip install 'edgekit[firmware]'"


def test_progress_goes_to_stderr_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_progress("pip install 'edgekit[firmware]'")
    assert "edgekit[firmware]" in capsys.readouterr().err


def test_a_label_stands_before_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_progress("12 windows [x]", "data")
    assert capsys.readouterr().err == "data   12 windows [x]\n"


def test_a_long_result_is_one_line_of_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    print_result(LONG)
    assert capsys.readouterr().out == f"{LONG}\n"


@pytest.mark.parametrize("show", [print_result, print_progress])
def test_a_name_in_a_file_cannot_command_the_terminal(
    capsys: pytest.CaptureFixture[str], show: Callable[[str], None]
) -> None:
    show("ann\x1b[31m.npz, b\udcffb.npz, ünal.npz")
    printed = capsys.readouterr()
    assert printed.out + printed.err == "ann [31m.npz, b b.npz, ünal.npz\n"


def test_a_damaged_file_s_name_cannot_command_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        fail("no recording at ann\x1b[31m.npz", 1)
    assert capsys.readouterr().err == "edgekit: no recording at ann [31m.npz\n"


def test_a_check_shows_other_people_s_names_in_one_printable_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_set(tmp_path, ("ann", "bob", "\x1b[31me\nve"), seconds=30)
    (tmp_path / "bob-wrist.npz").rename(tmp_path / "b\nob.npz")
    (tmp_path / "b\nob.npz").write_bytes(b"")
    check_command(folder)
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "[31me ve" in printed
    assert [line for line in printed.splitlines() if line.startswith("warning") and "b ob" in line]

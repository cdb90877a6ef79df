"""Lines that commands print are whole, and what stands in brackets is not read as markup."""

import pytest

from edgekit.cli.output import print_progress, print_result

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

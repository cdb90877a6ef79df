"""`import edgekit` is light, and its functions are found when they are used."""

import subprocess
import sys

import pytest

import edgekit


def test_importing_edgekit_imports_no_library() -> None:
    script = "import sys, edgekit; print(sorted({'numpy', 'torch', 'tensorflow'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize("name", edgekit.__all__)
def test_every_public_function_is_there_and_says_what_it_does(name: str) -> None:
    function = getattr(edgekit, name)
    assert callable(function) and function.__doc__


def test_another_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'wake'"):
        edgekit.wake  # noqa: B018

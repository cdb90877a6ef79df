"""The name that pip installs edgekit by stands in one constant, and no message writes it itself."""

import re
import tomllib
from pathlib import Path

from edgekit.distribution import NAME, install_line

ROOT = Path(__file__).parents[2]
STAGES = ("benchmarks", "convert", "device", "firmware", "src/edgekit", "train")


def test_the_project_is_called_what_messages_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == NAME
    assert install_line("device") == f"pip install '{NAME}[device]'"


def test_extras_that_contain_others_name_this_project() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for requirement in (line for lines in extras.values() for line in lines):
        for inner in re.findall(r"^edgekit[\w-]*(?=\[)", requirement):
            assert inner == NAME


def test_no_message_installs_the_other_product_of_that_name() -> None:
    for stage in STAGES:
        for path in (ROOT / stage).rglob("*.py"):
            assert not re.search(r"edgekit\[|pip install edgekit\b", path.read_text()), path

"""The name that pip installs is one constant; documents and messages say no other."""

import re
import tomllib

from edgekit import __version__
from edgekit.distribution import NAME, WHEEL, install_line, wheel_line
from tests.helpers.command import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
PAGES = [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]


def test_the_constant_is_the_project_s_name_and_version() -> None:
    assert (PROJECT["name"], PROJECT["version"]) == (NAME, __version__)
    assert WHEEL.startswith(f"{NAME.replace('-', '_')}-{__version__}-")
    assert "train" in PROJECT["optional-dependencies"] and NAME in install_line("train")


def test_an_extra_that_takes_another_names_this_distribution() -> None:
    for needs in PROJECT["optional-dependencies"].values():
        ours = [need for need in needs if need.startswith("edgekit")]
        assert all(need.startswith(f"{NAME}[") for need in ours)


def test_no_page_tells_people_to_install_another_product() -> None:
    lines = [
        (page.name, line.strip())
        for page in PAGES
        for line in page.read_text().splitlines()
        if re.search(r"pip\S* install .*edgekit", line) and "another product" not in line
    ]
    assert len(lines) > 3
    wrong = [(page, line) for page, line in lines if NAME not in line and WHEEL not in line]
    assert not wrong


def test_a_wheel_that_a_page_names_is_this_version_s() -> None:
    named = {
        name
        for page in PAGES
        for name in re.findall(r"edgekit_wearable-[0-9][\w.]*-py3-none-any\.whl", page.read_text())
    }
    assert named == {WHEEL}
    assert WHEEL in wheel_line("device")

"""A file or a folder takes its name when it is whole, and not before."""

from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.files import read_json, whole_file, whole_folder, write_json


def test_a_file_that_fails_midway_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_file(tmp_path / "a") as file:
        file.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_fails_midway_leaves_the_older_one(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "bundle") as fresh:
        (fresh / "a").write_text("first")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "bundle") as fresh:
        (fresh / "a").write_text("second")
        raise RuntimeError
    assert (tmp_path / "bundle" / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_folder_replaces_the_older_one_whole(tmp_path: Path) -> None:
    for name in ("old", "new"):
        with whole_folder(tmp_path / "bundle") as fresh:
            (fresh / name).write_text(name)
    assert [path.name for path in (tmp_path / "bundle").iterdir()] == ["new"]


def test_json_comes_back(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"a": [1, 2.5, "b"]})
    assert read_json(tmp_path / "a.json") == {"a": [1, 2.5, "b"]}


@pytest.mark.parametrize("content", ["", "[1]", "{", "\0"])
def test_what_is_no_json_object_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(EdgekitError, match=r"a\.json"):
        read_json(tmp_path / "a.json")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for make in (whole_file, whole_folder):
        with (
            pytest.raises(EdgekitError, match=r"file cannot be written to: "),
            make(tmp_path / "file" / "x"),
        ):
            pass

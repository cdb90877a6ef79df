"""A file or a folder takes its name when it is whole, and not before."""

from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.files import cache_folder, fresh, read_json, whole_file, whole_folder, write_json


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


def test_a_cache_lies_among_the_users_and_not_in_the_folder_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDGEKIT_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder("trials") == tmp_path / ".cache" / "edgekit" / "trials"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert cache_folder("trials") == tmp_path / "caches" / "edgekit" / "trials"
    monkeypatch.setenv("EDGEKIT_CACHE", str(tmp_path / "own"))
    assert cache_folder("trials") == tmp_path / "own" / "trials"


def test_a_fresh_path_takes_no_name_that_is_there(tmp_path: Path) -> None:
    taken = []
    for _ in range(3):
        taken.append(fresh(tmp_path, "night", ".night"))
        taken[-1].touch()
    assert [path.name for path in taken] == ["night.night", "night-2.night", "night-3.night"]

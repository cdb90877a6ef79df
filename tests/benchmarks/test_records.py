"""A measurement is kept, and taken again only for what it was made of."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from edgekit.benchmarks.figure import Spread
from edgekit.benchmarks.records import Key, is_recorded, read_record, write_record
from edgekit.errors import EdgekitError


@dataclass(frozen=True)
class Record:
    name: str
    parts: tuple[int, ...]
    by_core: dict[str, Spread]
    missing: float | None


KEY = Key("0.1", "a machine", "digest", quick=True)
RECORD = Record("net", (1, 2), {"m4": Spread(2.0, 1.0, 3.0)}, None)


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "part.json"
    assert not is_recorded(path, KEY)
    write_record(path, RECORD, KEY)
    assert is_recorded(path, KEY) and read_record(path, Record) == RECORD


@pytest.mark.parametrize(
    "other", [{"edgekit": "0.2"}, {"machine": "b"}, {"bundle": "c"}, {"quick": False}]
)
def test_another_bundle_machine_version_or_pace_is_not_kept(
    tmp_path: Path, other: dict[str, object]
) -> None:
    write_record(tmp_path / "part.json", RECORD, KEY)
    assert not is_recorded(tmp_path / "part.json", replace(KEY, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "[]", '{"record": {"name": 1}}', '{"record": null}'])
def test_a_damaged_record_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "part.json"
    path.write_text(text)
    with pytest.raises(EdgekitError, match=r"part\.json.* Delete it"):
        read_record(path, Record)

"""A measurement is kept, and taken again only for what it was made of."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from edgekit.benchmarks.figure import Spread
from edgekit.benchmarks.kept import Key, kept, read_record
from edgekit.errors import EdgekitError


@dataclass(frozen=True)
class Record:
    name: str
    parts: tuple[int, ...]
    by_core: dict[str, Spread]
    missing: float | None


KEY = Key("0.1", "a machine", "digest", quick=True)
RECORD = Record("net", (1, 2), {"m4": Spread(2.0, 1.0, 3.0)}, None)


def never() -> Record:
    raise AssertionError("measured again")


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "raw" / "part.json"
    assert kept(path, KEY, Record, lambda: RECORD) == RECORD
    assert kept(path, KEY, Record, never) == RECORD
    assert read_record(path, Record) == RECORD


@pytest.mark.parametrize(
    "other", [{"edgekit": "0.2"}, {"machine": "b"}, {"bundle": "c"}, {"quick": False}]
)
def test_another_bundle_machine_version_or_pace_is_measured_anew(
    tmp_path: Path, other: dict[str, object]
) -> None:
    path, later = tmp_path / "part.json", replace(RECORD, name="later")
    kept(path, KEY, Record, lambda: RECORD)
    assert kept(path, replace(KEY, **other), Record, lambda: later) == later  # type: ignore[arg-type]
    assert read_record(path, Record) == later


def test_a_stopped_measurement_leaves_nothing(tmp_path: Path) -> None:
    def stopped() -> Record:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path / "part.json", KEY, Record, stopped)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "[]", '{"record": {"name": 1}}', '{"record": null}'])
def test_a_damaged_record_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "part.json"
    path.write_text(text)
    with pytest.raises(EdgekitError, match=r"part\.json"):
        read_record(path, Record)

"""The cache is never noticed, but for the time."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.spec import WISDM
from edgekit.train.datasets import load
from edgekit.train.datasets.cache import Parsed, cached, parse_all
from edgekit.train.datasets.dataset import Dataset
from edgekit.train.datasets.formats import FORMATS
from edgekit.train.datasets.raw_files import Sources


def a_file(folder: Path) -> Path:
    return next(folder.rglob("*_phone.txt"))


def samples(dataset: Dataset | Parsed) -> np.ndarray:
    return np.concatenate([recording.xyz_g for recording in dataset.recordings])


def counted(sources: Sources, calls: list[None]) -> Callable[[], Parsed]:
    def parse() -> Parsed:
        calls.append(None)
        return parse_all(FORMATS["wisdm"], sources)

    return parse


def test_what_is_unchanged_is_parsed_once(wisdm_folder: Path) -> None:
    sources, calls = FORMATS["wisdm"].sources(wisdm_folder), []
    first, again = (cached("wisdm", WISDM, sources, counted(sources, calls)) for _ in range(2))
    assert len(calls) == 1 and np.array_equal(samples(first), samples(again))
    assert first.digests == again.digests and first.bad_lines == again.bad_lines


def test_what_another_version_made_is_parsed_again(
    wisdm_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, calls = FORMATS["wisdm"].sources(wisdm_folder), []
    cached("wisdm", WISDM, sources, counted(sources, calls))
    monkeypatch.setattr("edgekit.train.datasets.cache.VERSION", "another")
    cached("wisdm", WISDM, sources, counted(sources, calls))
    assert len(calls) == 2


def test_a_changed_file_is_parsed_again_even_at_the_same_size(wisdm_folder: Path) -> None:
    before = load("wisdm", wisdm_folder, seed=0)
    path = a_file(wisdm_folder)
    path.write_text(path.read_text().replace("0.0,9.80665", "9.80665,0.0"))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    after = load("wisdm", wisdm_folder, seed=0)
    assert (samples(before)[:20, 0] == 0).all() and (samples(after)[:20, 0] == 1).all()
    assert before.digests != after.digests


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["index.json", "samples.parquet"]),
    at=st.floats(0, 1, exclude_max=True),
    bit=st.integers(0, 7),
)
def test_a_single_flipped_bit_makes_it_anew(
    wisdm_folder: Path, cache: Path, name: str, at: float, bit: int
) -> None:
    whole = load("wisdm", wisdm_folder, seed=0)
    content = bytearray((cache / name).read_bytes())
    content[int(at * len(content))] ^= 1 << bit
    (cache / name).write_bytes(content)
    again = load("wisdm", wisdm_folder, seed=0)
    assert np.array_equal(samples(whole), samples(again)) and whole.summary == again.summary
    assert whole.digests == again.digests


@pytest.mark.parametrize("name", ["index.json", "samples.parquet"])
def test_a_lost_or_emptied_part_makes_it_anew(wisdm_folder: Path, cache: Path, name: str) -> None:
    whole = load("wisdm", wisdm_folder, seed=0)
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        damage(cache / name)
        assert np.array_equal(samples(load("wisdm", wisdm_folder, seed=0)), samples(whole))


def test_a_set_with_a_damaged_file_is_not_remembered(wisdm_folder: Path, cache: Path) -> None:
    a_file(wisdm_folder).write_text("")
    load("wisdm", wisdm_folder, seed=0)
    assert not cache.exists()


def test_where_nothing_can_be_written_the_set_is_loaded_all_the_same(
    wisdm_folder: Path, cache: Path
) -> None:
    cache.parent.write_text("a file where the cache's folder should be")
    assert len(load("wisdm", wisdm_folder, seed=0).recordings) == 2

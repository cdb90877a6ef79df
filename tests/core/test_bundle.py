"""A bundle is read when it is whole, of this version, and its model reads what its spec says."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import counts_of, int8_input
from edgekit.spec import ONE_GAIN, SLEEP
from tests.helpers.bundles import INPUT, make_bundle

SHAPE = [1, 1, 100, 6]


def change(bundle: Path, **fields: Any) -> Path:
    """Other fields in its bundle.json."""
    description = bundle / "bundle.json"
    description.write_text(json.dumps({**json.loads(description.read_text()), **fields}))
    return bundle


def refusal(folder: Path, **fields: Any) -> str:
    """The error, in one line, of a bundle with these fields."""
    bundle = change(make_bundle(folder / "b"), **fields)
    with pytest.raises(EdgekitError) as refused:
        load_bundle(bundle)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_bundle_reads_windows_through_its_front_end(bundle: Bundle) -> None:
    xyz_g = np.random.default_rng(0).normal(0, 1, (3, 100, 3)).astype(np.float32)
    read = bundle.read(xyz_g)
    assert read.shape == (3, 100, 6)
    assert np.array_equal(read, int8_input(counts_of(xyz_g), SLEEP.front_end))


def test_no_bundle_at_all_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="edgekit convert"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("version", [1, 3, None, "2"])
def test_a_bundle_of_another_version_is_refused_with_the_commands_that_make_it_anew(
    tmp_path: Path, version: object
) -> None:
    error = refusal(tmp_path, version=version)
    assert "bundle.json" in error
    assert f"version {version!r}" in error
    assert "edgekit train, then edgekit convert" in error


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**INPUT, "shape": [1, 1, 100, 3]}, "[1, 1, 100, 3]"),  # of one gain
        ({**INPUT, "shape": [1, 1, 50, 6]}, "[1, 1, 50, 6]"),
        ({**INPUT, "shape": [1, 6, 1, 100]}, "[1, 6, 1, 100]"),
        ({"scale": 1 / 32, "zero_point": 0, "shape": SHAPE}, "0.03125"),
        ({"scale": 4 / 255, "zero_point": 0, "shape": SHAPE}, "0.0156"),
        ({"scale": 1 / 64, "zero_point": -1, "shape": SHAPE}, "zero point -1"),
    ],
)
def test_an_input_that_does_not_fit_the_front_end_is_refused_with_both(
    tmp_path: Path, entry: dict[str, Any], words: str
) -> None:
    error = refusal(tmp_path, input=entry)
    assert words in error
    assert "its front end makes [1, 1, 100, 6] of 0.015625 and 0" in error
    assert "Convert the run again" in error


def test_a_spec_of_another_front_end_than_the_input_is_refused(tmp_path: Path) -> None:
    one_gain = replace(SLEEP, front_end=ONE_GAIN).to_json()
    assert "its front end makes [1, 1, 100, 3]" in refusal(tmp_path, spec=one_gain)


def test_a_spec_without_a_front_end_is_refused(tmp_path: Path) -> None:
    spec = SLEEP.to_json()
    del spec["front_end"]
    assert "front_end" in refusal(tmp_path, spec=spec)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
values = scalars | st.lists(scalars, max_size=3) | st.just(SHAPE) | st.sampled_from([1 / 64, 0])
entries = values | st.fixed_dictionaries(
    {}, optional={"scale": values, "zero_point": values, "shape": values}
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("bundles") / "b")


@given(entry=entries)
@example(entry={**INPUT, "shape": SHAPE})
@example(entry={"scale": 1 / 64, "zero_point": math.inf, "shape": SHAPE})
@example(entry={"scale": 10**400, "zero_point": 0, "shape": SHAPE})
def test_whatever_json_stands_for_the_input_it_fits_or_is_refused_in_one_line(
    whole: Path, entry: Any
) -> None:
    try:
        load_bundle(change(whole, input=entry))
    except EdgekitError as refused:
        assert "\n" not in str(refused)
        return
    assert entry["shape"] == SHAPE
    assert (float(entry["scale"]), int(entry["zero_point"])) == (1 / 64, 0)

"""What a file's name says by a pattern."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import UsageError
from edgekit.train.datasets.name_pattern import name_pattern

WORD = st.text("abcXYZ0189-", min_size=1, max_size=8)


def fields(pattern: str, name: str) -> dict[str, str] | None:
    found = name_pattern(pattern).fields(Path("/data") / name)
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("{subject}_{label}.csv", "ann_back.csv", {"subject": "ann", "label": "back"}),
        ("{subject}_{label}", "ann_back.csv.gz", {"subject": "ann", "label": "back"}),
        ("{label}*", "back3.txt", {"label": "b"}),
        ("{label}[0-9].csv", "left side7.csv", {"label": "left side"}),
        ("{label}?.csv", "back7.csv", {"label": "back"}),
        ("{label}[!0-9].csv", "back7.csv", None),
        ("{SUBJECT}", "ann.csv", UsageError),
        ("s{subject}_*.CSV", "S12_walk.csv", {"subject": "12"}),
        ("{subject}_{label}.csv", "ann.csv", None),
        ("{subject}_{label}.csv", "_back.csv", None),
        ("{label}(1).csv", "back(1).csv", {"label": "back"}),
    ],
)
def test_a_field_ends_where_the_rest_fits(pattern: str, name: str, expected: object) -> None:
    if expected is UsageError:
        with pytest.raises(UsageError, match="is no field"):
            name_pattern(pattern)
    else:
        assert fields(pattern, name) == expected


def test_a_pattern_with_folders_reads_the_last_of_them() -> None:
    pattern = "{subject}/{placement}_{label}_*.csv"
    found = fields(pattern, "study/ann/chest_back_3.csv")
    assert found == {"subject": "ann", "placement": "chest", "label": "back"}
    assert fields(pattern, "study/ann/chest_back.csv") is None


@given(subject=WORD, placement=WORD, label=WORD)
def test_what_was_written_by_a_pattern_is_read_by_it(
    subject: str, placement: str, label: str
) -> None:
    found = fields("{subject}/{placement}_{label}.csv", f"{subject}/{placement}_{label}.csv")
    assert found == {"subject": subject, "placement": placement, "label": label}


def test_a_name_with_two_readings_says_the_other() -> None:
    pattern = name_pattern("{subject}_{label}.csv")
    two = Path("ann_on_back.csv")
    assert pattern.fields(two) == {"subject": "ann", "label": "on_back"}
    assert pattern.other_fields(two) == {"subject": "ann_on", "label": "back"}
    assert pattern.other_fields(Path("ann_back.csv")) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("*.csv", "names no field"),
        ("{subject", "a brace is not closed"),
        ("{subject}}", "a brace is not closed"),
        ("{}_x", "{} is no field"),
        ("{label}_{label}", "named twice"),
        ("{label}[z-a]", "brackets name no range"),
        ("{label}" + "*x" * 12, "more than 8 fields and stars"),
        ("", "names no field"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_what_it_may_hold(pattern: str, reason: str) -> None:
    with pytest.raises(UsageError) as refusal:
        name_pattern(pattern)
    assert reason in str(refusal.value) and "{placement}_{label}_*.csv" in str(refusal.value)

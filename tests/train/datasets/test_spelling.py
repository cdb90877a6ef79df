"""Names that differ in case, blanks or digits are one name, and no sample changes its meaning."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edgekit.dataset_folder import Description
from edgekit.recording import Recording
from edgekit.train.datasets.spelling import Spellings, mixed_labels, spellings_of

NAMES = st.lists(
    st.sampled_from(
        ["Sitting", "sitting", " sitting", "lying", "Lying", "1", "1.0", "+1", "2", "ß"]
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


def labelled(names: list[str], subject: str = "ann") -> Recording:
    label = np.append(np.arange(len(names)), -1).astype(np.int16)
    return Recording(
        np.ones((len(label), 3), np.float32), 50.0, subject, "chest", label, tuple(names)
    )


def meaning(name: str) -> str:
    name = name.strip().casefold()
    return str(float(name)) if name.lstrip("+").replace(".", "").isdigit() else name


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_each_sample_keeps_its_meaning_under_the_first_spelling(files: list[list[str]]) -> None:
    spellings = Spellings()
    first: dict[str, str] = {}
    for names in files:
        (unified,), _ = spellings.unified([labelled(names)])
        assert unified.label is not None and unified.label[-1] == -1
        assert len(set(unified.label_names)) == len(unified.label_names)
        for code, name in zip(unified.label[:-1], names, strict=True):
            written = unified.label_names[code]
            assert written == first.setdefault(meaning(name), name)


def test_what_is_added_to_a_data_set_takes_over_its_spelling() -> None:
    known = Description("kitchen", 50.0, ("Sitting", "2"), ("Chest",), subjects={"Ann": {}})
    (added,), notes = spellings_of(known).unified([labelled(["sitting", "2.0", "new"], "ANN")])
    assert (added.subject, added.placement) == ("Ann", "Chest")
    assert added.label_names == ("Sitting", "2", "new") and len(notes) == 4


def test_a_person_is_one_in_any_case() -> None:
    spellings = Spellings()
    recordings, notes = spellings.unified([labelled(["a"], "Ann"), labelled(["a"], "ANN")])
    assert [each.subject for each in recordings] == ["Ann", "Ann"]
    assert notes == ["'ANN' is taken as 'Ann'"]


def test_numbers_beside_words_are_doubtful_and_alone_are_not() -> None:
    assert mixed_labels([labelled(["0", "walking"])]) == ["its labels are words and numbers (0)"]
    assert mixed_labels([labelled(["0", "1"])]) == []
    assert mixed_labels([labelled(["sitting", "walking"])]) == []

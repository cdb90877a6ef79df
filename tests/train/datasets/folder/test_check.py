"""`data check` finds each planted fault, and nothing in a healthy set."""

from pathlib import Path
from string import ascii_letters

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from, text

from edgekit.recording import load_recording
from edgekit.spec import DOMAINS
from edgekit.train.datasets import load, windows_of
from edgekit.train.datasets.folder.check import check_folder
from edgekit.train.datasets.folder.check.alike import is_slip, person_key
from edgekit.windows import labelled_windows
from tests.helpers import planted_faults as planted
from tests.helpers.own_sets import PEOPLE, write_set

# A plant, the kind of what must be found, words of its sentence, and whether it is fatal.
FAULTS = [
    (planted.one_subject, "people", "one subject", False),
    (planted.class_of_one_person, "alone", "'ann' alone has the class 'slicing'", False),
    (planted.label_by_people, "follows", "nobody has both 'stirring' and 'chopping'", False),
    (planted.rate_by_label, "follows", "the rate tells 'stirring' from 'chopping'", False),
    (planted.turned_by_label, "follows", "the sensor's tilt alone tells the labels apart", False),
    (planted.placement_by_label, "follows", "the placement tells 'stirring' from 'resting'", False),
    (planted.the_same_twice, "copy", "again.npz and ann-wrist.npz hold the same samples", False),
    (planted.the_same_of_two, "copy", "of 'bob' and 'ann'", False),
    (planted.in_mg_of_half, "gravity", "gravity at rest is 2.0", False),
    (planted.without_gravity, "gravity", "gravity may have been removed", False),
    (planted.in_ms2, "file", "they look like m/s2", False),
    (planted.tiny_class, "balance", "'waving' has ", False),
    (planted.taps_shorter_than_half_a_window, "balance", "'tapping' has ", False),
    (planted.heavy_imbalance, "balance", "a net may never answer the rare one", False),
    (planted.slow_recording, "rate", "slow.npz: 12.5 Hz, and the set has 50 Hz", False),
    (planted.misspelt, "spelling", "'stirring' and 'stiring' may be one", False),
    (planted.other_case, "spelling", "'stirring' and 'Stirring' may be one", False),
    (planted.unlisted, "labels", "'stiring' (meant: stirring?) of more.npz", True),
    (planted.unlabelled, "unlabelled", "ann-wrist.npz: no label", False),
    (planted.stuck_block, "stuck", "10 s of 2 min repeat one value", False),
    (planted.stuck_axis, "doubt", "axis y stays at one value for up to", False),
    (planted.clipped, "doubt", "of its samples stand at the end of the range, 2 g", False),
    (planted.of_the_future, "doubt", "ann-wrist.npz: it is dated 2096-10-02, in the future", False),
    (planted.zero_block, "stuck", "4 s of 2 min are zero", False),
    (planted.two_spellings, "spelling", "the subject is spelt 'ann', 'Ann', 'ann '", False),
    (planted.damaged, "file", "ann-wrist.npz is not an edgekit recording", False),
    (planted.labels_of_nothing, "file", "gone.labels.csv: there is no recording", False),
]


@pytest.mark.parametrize(
    ("plant", "kind", "words", "is_fatal"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_each_planted_fault_is_found_and_no_other_kind(
    tmp_path: Path, plant: planted.Plant, kind: str, words: str, is_fatal: bool
) -> None:
    folder = planted.healthy(tmp_path / "kitchen")
    plant(folder)
    checkup = check_folder(folder)
    sentences = [finding.text for finding in checkup.findings]
    assert any(words in sentence for sentence in sentences), sentences
    assert {finding.kind for finding in checkup.findings} == {kind}
    assert checkup.is_trainable == (not is_fatal)


@pytest.mark.parametrize(("placements", "rate_hz"), [(["wrist"], 50), (["wrist", "ankle"], 30)])
def test_nothing_is_found_in_a_healthy_set(
    tmp_path: Path, placements: list[str], rate_hz: float
) -> None:
    folder = write_set(tmp_path / "kitchen", placements=placements, seconds=60, rate_hz=rate_hz)
    checkup = check_folder(folder)
    assert checkup.findings == []
    assert checkup.is_trainable


def test_a_runner_is_not_taken_for_another_unit(tmp_path: Path) -> None:
    folder = planted.healthy(tmp_path / "kitchen")
    at_s = np.arange(1500) / 50
    swing = 1.5 * np.sin(2 * np.pi * 2.7 * at_s)
    xyz_g = np.stack([swing, 1 + swing, 0.1 * swing], axis=1).astype(np.float32)
    label = np.zeros(len(xyz_g), np.int16)
    for person in PEOPLE[:2]:
        more = planted.Recording(xyz_g * np.float32(1 + 0.01 * len(person) * ord(person[0]) / 100),
                                 50.0, person, "wrist", label, ("stirring",))  # fmt: skip
        planted.save_recording(more, folder / f"{person}-runs.npz")
    assert check_folder(folder).findings == []


def test_two_people_with_the_same_samples_make_training_impossible(tmp_path: Path) -> None:
    folder = planted.healthy(tmp_path / "kitchen")
    whole = load_recording(folder / "ann-wrist.npz")
    planted.changed(folder / "bob-wrist.npz", lambda r: planted.replace(whole, subject="bob"))
    assert not check_folder(folder).is_trainable


@pytest.mark.parametrize("rate_hz", [50, 30, 25, 12.5])
def test_the_windows_that_are_counted_are_those_that_train(tmp_path: Path, rate_hz: float) -> None:
    folder = write_set(tmp_path / "kitchen", PEOPLE[:2], seconds=23.7, rate_hz=rate_hz)
    checkup = check_folder(folder)
    counted = sum(sum(part.windows.values()) for file in checkup.files for part in file.parts)
    dataset = load(str(folder), None, seed=0)
    assert counted == len(windows_of(dataset))
    assert counted == len(labelled_windows(dataset.recordings, dataset.spec))


@given(name=text(ascii_letters + "äéß", min_size=1, max_size=9), number=integers(0, 99))
def test_case_blanks_and_leading_zeros_do_not_make_another_person(name: str, number: int) -> None:
    first = person_key(f"{name} {number}")
    assert first == person_key(f" {name.upper()}-{number:03d}.")


@given(label=sampled_from(["walking", "climbing stairs"]), at=integers(0, 6))
def test_a_letter_too_few_is_a_slip(label: str, at: int) -> None:
    assert is_slip(label, label[:at] + label[at + 1 :])


@pytest.mark.parametrize("spec", DOMAINS, ids=lambda spec: spec.domain)
def test_no_two_labels_of_a_public_set_are_taken_for_slips(spec: object) -> None:
    names = [*spec.postures, *spec.placements]  # type: ignore[attr-defined]
    assert not [(a, b) for a in names for b in names if a != b and is_slip(a, b)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("step 1", "step 2"),
        ("lying l", "lying r"),
        ("set a", "set b"),
        ("left", "lefts"),
        ("a", "b"),
    ],
)
def test_labels_that_are_numbered_are_no_slips(first: str, second: str) -> None:
    assert not is_slip(first, second)

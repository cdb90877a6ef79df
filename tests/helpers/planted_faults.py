"""A healthy data set of one's own with one fault planted in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekit.dataset_folder import describe_folder
from edgekit.recording import Recording, load_recording, save_recording

from .own_sets import LABELS, PEOPLE, movement, recording_of, write_set

Plant = Callable[[Path], None]


def healthy(folder: Path) -> Path:
    """Six people, three activities, one placement, all alike in rate and amount."""
    return write_set(folder, seconds=30)


def changed(path: Path, change: Callable[[Recording], Recording]) -> None:
    save_recording(change(load_recording(path)), path)


def one_subject(folder: Path) -> None:
    for person in PEOPLE:
        changed(folder / f"{person}-wrist.npz", lambda r: replace(r, subject="ann"))


def class_of_one_person(folder: Path) -> None:
    names = (*LABELS[:2], "slicing")
    save_recording(recording_of("ann", names, seconds=30, seed=5), folder / "more.npz")
    describe_folder(folder)


def label_by_people(folder: Path) -> None:
    """Half of the people stir, the other half chop; each file holds one label."""
    for number, person in enumerate(PEOPLE):
        one = recording_of(person, LABELS, seconds=30)
        keep = one.label != (number % 2)  # type: ignore[operator]
        label = np.where(keep, one.label, -1).astype(np.int16)  # type: ignore[arg-type]
        save_recording(replace(one, label=label), folder / f"{person}-wrist.npz")


def rate_by_label(folder: Path) -> None:
    """Each file one label, and one label recorded by another logger."""
    _a_file_a_label(folder, lambda k: 100.0 if k == 0 else 50.0)


def turned_by_label(folder: Path) -> None:
    """Each file one label, and for each the sensor sat otherwise: as `movement` tilts it."""
    _a_file_a_label(folder, lambda k: 50.0)


def placement_by_label(folder: Path) -> None:
    for person in PEOPLE:
        (folder / f"{person}-wrist.npz").unlink()
        for place, names in (("wrist", LABELS[:2]), ("ankle", LABELS[2:])):
            worn = recording_of(person, names, place, place=len(names))
            save_recording(worn, folder / f"{person}-{place}.npz")
    describe_folder(folder)


def the_same_twice(folder: Path) -> None:
    (folder / "again.npz").write_bytes((folder / "ann-wrist.npz").read_bytes())


def the_same_of_two(folder: Path) -> None:
    """A part of ann's recording, under bob's name."""
    recording = load_recording(folder / "ann-wrist.npz")
    save_recording(replace(recording.part(200, 2000), subject="bob"), folder / "again.npz")


def in_mg_of_half(folder: Path) -> None:
    changed(folder / "ann-wrist.npz", lambda r: replace(r, xyz_g=r.xyz_g * np.float32(2)))


def without_gravity(folder: Path) -> None:
    changed(folder / "ann-wrist.npz", lambda r: replace(r, xyz_g=r.xyz_g - r.xyz_g.mean(axis=0)))


def in_ms2(folder: Path) -> None:
    changed(folder / "ann-wrist.npz", lambda r: replace(r, xyz_g=r.xyz_g * np.float32(9.81)))


def tiny_class(folder: Path) -> None:
    for person in PEOPLE[:2]:
        brief = recording_of(person, ("waving",), seconds=6, seed=len(person) * 9 + ord(person[0]))
        save_recording(brief, folder / f"{person}-brief.npz")
    describe_folder(folder)


def taps_shorter_than_half_a_window(folder: Path) -> None:
    """Of four seconds of one activity, 0.6 s are another."""
    for person in PEOPLE:
        changed(folder / f"{person}-wrist.npz", _with_taps)
    describe_folder(folder)


def _with_taps(recording: Recording) -> Recording:
    assert recording.label is not None
    label = recording.label.copy()
    label[np.arange(len(label)) % 200 < 30] = len(LABELS)
    return replace(recording, label=label, label_names=(*LABELS, "tapping"))


def heavy_imbalance(folder: Path) -> None:
    for person in PEOPLE:
        long = recording_of(person, LABELS[:1], seconds=500, seed=PEOPLE.index(person))
        save_recording(long, folder / f"{person}-long.npz")


def slow_recording(folder: Path) -> None:
    save_recording(recording_of("ann", rate_hz=12.5, seed=7), folder / "slow.npz")


def misspelt(folder: Path) -> None:
    _more_of_two(folder, ("stiring", "chopping"))
    describe_folder(folder)


def other_case(folder: Path) -> None:
    _more_of_two(folder, ("Stirring ", "chopping"))
    describe_folder(folder)


def unlisted(folder: Path) -> None:
    save_recording(recording_of("ann", ("stiring", "chopping"), seed=7), folder / "more.npz")


def unlabelled(folder: Path) -> None:
    changed(folder / "ann-wrist.npz", lambda r: replace(r, label=None, label_names=()))


def stuck_block(folder: Path) -> None:
    def stuck(recording: Recording) -> Recording:
        xyz_g = recording.xyz_g.copy()
        xyz_g[1000:1500] = xyz_g[1000]
        return replace(recording, xyz_g=xyz_g)

    changed(folder / "ann-wrist.npz", stuck)


def stuck_axis(folder: Path) -> None:
    def stuck(recording: Recording) -> Recording:
        xyz_g = recording.xyz_g.copy()
        xyz_g[:, 1] = xyz_g[0, 1]
        return replace(recording, xyz_g=xyz_g)

    changed(folder / "ann-wrist.npz", stuck)


def clipped(folder: Path) -> None:
    def hit(recording: Recording) -> Recording:
        xyz_g = recording.xyz_g.copy()
        xyz_g[::20, 0] = xyz_g[1::20, 0] = xyz_g[2::20, 0] = xyz_g[3::20, 0] = 2.0
        return replace(recording, xyz_g=xyz_g)

    changed(folder / "ann-wrist.npz", hit)


def of_the_future(folder: Path) -> None:
    changed(
        folder / "ann-wrist.npz", lambda r: replace(r, clock="utc", start_s=4e9, source="logger")
    )


def zero_block(folder: Path) -> None:
    def zeroed(recording: Recording) -> Recording:
        xyz_g = recording.xyz_g.copy()
        xyz_g[1000:1200] = 0
        return replace(recording, xyz_g=xyz_g)

    changed(folder / "ann-wrist.npz", zeroed)


def two_spellings(folder: Path) -> None:
    for name, subject in (("b", "Ann"), ("c", "ann "), ("d", "a-n.n")):
        more = recording_of(subject, seconds=30, seed=ord(name))
        save_recording(more, folder / f"{name}.npz")


def damaged(folder: Path) -> None:
    (folder / "ann-wrist.npz").write_bytes(b"PK\x03\x04 half")


def labels_of_nothing(folder: Path) -> None:
    (folder / "gone.labels.csv").write_text("start,end,posture\n0,5,resting\n")


def _more_of_two(folder: Path, labels: tuple[str, ...]) -> None:
    for seed, person in enumerate(PEOPLE[:2], 7):
        more = recording_of(person, labels, seconds=60, seed=seed)
        save_recording(more, folder / f"{person}-more.npz")


def _a_file_a_label(folder: Path, rate_of: Callable[[int], float]) -> None:
    for person in PEOPLE:
        (folder / f"{person}-wrist.npz").unlink()
        for k, label in enumerate(LABELS):
            rate_hz = rate_of(k)
            xyz_g = movement(k, 0, sum(person.encode()), 40, rate_hz)
            index = np.zeros(len(xyz_g), np.int16)
            one = Recording(xyz_g, rate_hz, person, "wrist", index, (label,))
            save_recording(one, folder / f"{person}-{label}.npz")

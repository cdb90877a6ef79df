"""What is labelled: a Recording or a Night, with the labels, names and clock of its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekit.device.label.recorded_file import Span, read_recorded_file
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.recording import save_recording
from edgekit.spec import SLEEP
from tests.helpers.lying import make_lying
from tests.helpers.nights import START_S, decisions, write_night


def test_the_labels_within_a_recording_are_spans(tmp_path: Path) -> None:
    recording = make_lying("supine", "left", "prone", seconds=10, start_s=START_S)
    assert recording.label is not None
    label = recording.label.copy()
    label[1000:] = -1
    path = tmp_path / "ann.npz"
    save_recording(replace(recording, label=label), path)
    read = read_recorded_file(path)
    assert read.within["posture"] == [Span(0.0, 10.0, "supine"), Span(10.0, 20.0, "left")]
    assert read.within["placement"] == [Span(0.0, 30.0, "chest")]
    assert read.names["posture"] == list(SLEEP.postures)
    assert (read.start_s, read.is_utc) == (START_S, True)


def test_a_name_that_is_empty_and_a_placement_that_is_unknown_are_none(tmp_path: Path) -> None:
    recording = replace(make_lying("supine"), label_names=("", "b"), placement="unknown")
    recording = replace(recording, label=np.zeros(len(recording), np.int16))
    save_recording(recording, tmp_path / "ann.npz")
    read = read_recorded_file(tmp_path / "ann.npz")
    assert read.within == {"posture": [], "placement": []}
    assert read.names == {"posture": ["b"], "placement": []}


def test_labels_that_flicker_are_left_out_with_a_word(tmp_path: Path) -> None:
    recording = make_lying("supine", seconds=600)
    flicker = np.arange(len(recording)).astype(np.int16) % 2
    save_recording(replace(recording, label=flicker), tmp_path / "ann.npz")
    read = read_recorded_file(tmp_path / "ann.npz")
    assert read.within["posture"] == [] and "30,000 times" in read.note


def test_a_night_has_its_wearers_clock_and_its_nets_names(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 1.0)]), closed=False)
    read = read_recorded_file(path)
    assert read.utc_offsets == UtcOffsets((0.0,), (3600,))
    assert read.names == {"posture": SLEEP.postures, "placement": SLEEP.placements}
    assert "has not ended" in read.note
    assumed = write_night(tmp_path / "b.night", decisions([("supine", 1.0)]), clock="assumed")
    read = read_recorded_file(assumed)
    assert (read.is_utc, read.utc_offsets, read.note) == (False, None, "")

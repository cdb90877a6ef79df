"""EDF and EDF+ with acceleration among other signals."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.report.export.edf import EdfNight, edf_bytes
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP
from edgekit.train.datasets.any_file import read_any
from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.tables import TableOptions
from tests.helpers.edf_files import acceleration, edf_file, in_pieces
from tests.helpers.nights import decisions
from tests.helpers.tables import lying

LOCAL_S = datetime(2024, 3, 1, 22, 30, tzinfo=UTC).timestamp()


def read(folder: Path, content: bytes, **options: object) -> Imported:
    (folder / "a.edf").write_bytes(content)
    return read_any(folder / "a.edf", TableOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "one_g", "understood"),
    [
        ("g", 1.0, "g (header)"),
        ("mg", 1000.0, "mg (header)"),
        ("m/s^2", 9.80665, "m/s^2"),
        ("", 9.80665, "m/s2 (by gravity)"),
        ("uV", 1.0, "g (by gravity)"),
    ],
)
def test_three_axes_among_others_are_found_in_their_unit(
    tmp_path: Path, unit: str, one_g: float, understood: str
) -> None:
    imported = read(tmp_path, edf_file(acceleration(lying(1_500), unit=unit, one_g=one_g)))
    (recording,) = imported.recordings
    assert np.allclose(recording.xyz_g, lying(1_500), atol=1e-4)
    assert (recording.rate_hz, recording.subject, recording.clock) == (50, "P07", "device")
    assert recording.start_s == LOCAL_S
    assert understood.replace("m/s^2", "m/s2 (header)") == imported.unit
    assert imported.layout.startswith("EDF+C, x, y, z = Acc X, Acc Y, Acc Z")


def test_a_zone_makes_its_times_utc(tmp_path: Path) -> None:
    imported = read(tmp_path, edf_file(acceleration(lying(500))), zone="Europe/Berlin")
    (recording,) = imported.recordings
    assert (recording.start_s, recording.clock) == (LOCAL_S - 3600, "utc")


def test_two_sensors_are_asked_for_and_chosen_by_name(tmp_path: Path) -> None:
    both = acceleration(lying(500))
    both |= {f"{axis} wrist": (lying(500, 1)[:, k], 50.0, "g") for k, axis in enumerate("xyz")}
    both |= {f"Acc_{axis}": (lying(500, 2)[:, k], 50.0, "g") for k, axis in enumerate("xyz")}
    with pytest.raises(UsageError, match=r"x may be Acc X or Acc_x\. Decide with --columns"):
        read(tmp_path, edf_file(both))
    imported = read(tmp_path, edf_file(both), columns="x=x wrist,y=y wrist,z=z wrist")
    assert np.allclose(imported.recordings[0].xyz_g, lying(500, 1), atol=1e-4)


def test_axes_that_do_not_agree_are_refused(tmp_path: Path) -> None:
    axes = acceleration(lying(500))
    axes["Acc Z"] = (lying(1000)[:, 2], 100.0, "g")
    with pytest.raises(UsageError, match="differ in rate or unit"):
        read(tmp_path, edf_file(axes))


def test_a_file_without_acceleration_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column of ECG is known as x"):
        read(tmp_path, edf_file({"ECG": (np.sin(np.arange(900.0)), 100.0, "mV")}))


def test_annotations_become_labels_where_they_are_asked_for(tmp_path: Path) -> None:
    notes = ((2.0, 3.0, "supine"), (5.0, 1.0, "left"), (7.0, None, "lights off"))
    content = edf_file(acceleration(lying(500)), notes)
    imported = read(tmp_path, content)
    assert imported.recordings[0].label is None
    assert any("2 annotations with a duration are not taken" in n for n in imported.notes)
    (recording,) = read(tmp_path, content, annotations=True).recordings
    names = [recording.label_names[k] if k >= 0 else "" for k in recording.label[::50]]
    assert names == ["", "", "supine", "supine", "supine", "left", "", "", "", ""]


@given(gaps_s=st.lists(st.sampled_from([0.0, 0.004, 0.5, 7.25, 3600.0]), min_size=9, max_size=9))
@settings(max_examples=20)
def test_each_gap_of_a_file_in_pieces_ends_a_recording(
    tmp_path_factory: pytest.TempPathFactory, gaps_s: list[float]
) -> None:
    onsets_s = np.concatenate([[0.0], np.cumsum(1 + np.array(gaps_s))]).round(3).tolist()
    room = ((0.0, None, "a text that makes room for other times"),)
    content = in_pieces(edf_file(acceleration(lying(500)), room), onsets_s)
    imported = read(tmp_path_factory.mktemp("d"), content)
    assert np.allclose(
        np.concatenate([each.xyz_g for each in imported.recordings]), lying(500), atol=1e-4
    )
    begins = [0.0, *(at for at, gap in zip(onsets_s[1:], gaps_s, strict=True) if gap > 0.03)]
    starts = [each.start_s - LOCAL_S for each in imported.recordings]
    assert starts == pytest.approx(begins, abs=0.06)
    assert imported.gaps == len(begins) - 1


def test_what_edgekit_exports_is_read_back_without_what_it_held(tmp_path: Path) -> None:
    start_s, rate_hz = 1_700_000_000.25, 49.137
    parts = [
        Samples(at_s, rate_hz, lying(round(seconds * rate_hz), seed).astype(np.float32))
        for seed, (at_s, seconds) in enumerate(((start_s, 150), (start_s + 160, 140)))
    ]
    night = EdfNight(
        SLEEP,
        UtcOffsets((0.0,), (3600,)),
        parts,
        decisions([("supine", 2.5), ("left", 2.3)], start_s=start_s),
        [Event(start_s + 12, "resampled", "from 49.137 Hz")],
        [],
    )
    imported = read(tmp_path, edf_bytes(night), zone="Europe/Berlin")
    assert [each.rate_hz for each in imported.recordings[:2]] == pytest.approx([rate_hz] * 2, 1e-5)
    for recording, part in zip(imported.recordings, parts, strict=True):
        assert recording.start_s == pytest.approx(part.start_s, abs=0.5 / rate_hz + 1e-3)
        assert np.allclose(recording.xyz_g, part.xyz_g, atol=1e-4)
    assert imported.left_out["held over a gap"] > 10 * rate_hz - 2  # and to the last record's end
    assert any("annotations with a duration (a net's decisions)" in n for n in imported.notes)


def test_a_night_without_a_decision_is_read_too(tmp_path: Path) -> None:
    samples = Samples(1.7e9, 50.0, lying(3000).astype(np.float32))
    none: Decisions = decisions([("supine", 0.1)], start_s=1.7e9)
    night = EdfNight(SLEEP, UtcOffsets((0.0,), (0,)), [samples], none, [], [])
    (recording,) = read(tmp_path, edf_bytes(night)).recordings
    assert np.allclose(recording.xyz_g, lying(3000), atol=1e-4)


@pytest.mark.parametrize("samples", [1, 10, 599, 600, 601])
def test_a_night_shorter_than_a_record_is_read_back_as_long_as_it_was(
    tmp_path: Path, samples: int
) -> None:
    part = Samples(1.7e9, 50.0, lying(samples).astype(np.float32))
    night = EdfNight(SLEEP, UtcOffsets((0.0,), (0,)), [part], decisions([]), [], [])
    (recording,) = read(tmp_path, edf_bytes(night)).recordings
    assert len(recording) == samples


@pytest.mark.parametrize(
    ("at", "text", "message"),
    [
        (244, b"0       ", "holds no samples|damaged EDF"),
        (244, b"nan     ", "damaged EDF|holds no samples"),
        (236, b"-5      ", ""),
        (252, b"9999", "damaged EDF"),
        (252, b"0   ", "annotations alone|damaged EDF"),
        (168, b"99.99.99", ""),
    ],
)
def test_a_damaged_header_is_one_line(tmp_path: Path, at: int, text: bytes, message: str) -> None:
    content = edf_file(acceleration(lying(500)))
    damaged = content[:at] + text + content[at + len(text) :]
    if not message:
        assert len(read(tmp_path, damaged).recordings[0]) == 500
        return
    with pytest.raises(EdgekitError, match=message) as refusal:
        read(tmp_path, damaged)
    assert "\n" not in str(refusal.value)


def test_labels_keep_their_place_where_the_first_samples_were_left_out(tmp_path: Path) -> None:
    xyz_g = lying(500)
    xyz_g[:60] = 0
    notes = ((0.5, 1.5, "up"), (4.0, 2.0, "supine"))
    imported = read(tmp_path, edf_file(acceleration(xyz_g), notes), annotations=True)
    (recording,) = imported.recordings
    assert recording.start_s == pytest.approx(LOCAL_S + 1.2, abs=0.021)
    names = [recording.label_names[k] if k >= 0 else "" for k in recording.label]
    late = round((recording.start_s - LOCAL_S) * 50)
    assert names[100 - late - 1] == "up" and names[100 - late] == ""
    assert names[200 - late - 1 : 200 - late + 1] == ["", "supine"]


def test_a_file_cut_short_keeps_its_whole_records(tmp_path: Path) -> None:
    content = edf_file(acceleration(lying(500)))
    imported = read(tmp_path, content[:-700])
    assert 0 < len(imported.recordings[0]) < 500
    assert any("truncated" in note for note in imported.notes)

"""WISDM 2019: what a line, a gap and a bad line are."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.spec import WISDM
from edgekit.train.datasets import load
from edgekit.train.datasets.wisdm import parse
from tests.helpers.raw_files import read_file

PHONE = Path("data_1600_accel_phone.txt")
BAD = {
    "1600,A,1000,0.1,9.8,0.2": "truncated",
    "1600,A,10": "truncated",
    "1600,A,1000,0.1,9.8;": "wrong number of columns",
    "1600,A,1000,0.1,9.8,0.2,0.3;": "wrong number of columns",
    "1600,A,1000,0.1,9.8,0.2;1600,A,1050,0.1,9.8,0.2;": "wrong number of columns",
    "1600,A,1000,0.1,9.8,abc;": "non-numeric",
    "1600,A,1000,0.1,,0.2;": "non-numeric",
    "subject,A,1000,0.1,9.8,0.2;": "non-numeric",
    "1600,A,1000,nan,9.8,0.2;": "not finite",
    "1600,A,1000,0.1,inf,0.2;": "not finite",
    "1600,A,1000,0.1,1e39,0.2;": "not finite",
    "1600,N,1000,0.1,9.8,0.2;": "unknown label",
    "1600,a,1000,0.1,9.8,0.2;": "unknown label",
}


def line(time_s: float, letter: str = "A", x_ms2: float = 0.0, subject: int = 1600) -> str:
    return f"{subject},{letter},{round(time_s * 1e9)},{x_ms2},9.80665,-4.903325;"


def parsed(lines: list[str]) -> tuple[list[Recording], Counter[str]]:
    imported = parse("\n".join(lines).encode(), PHONE)
    return imported.recordings, imported.left_out


def steady(times_s: np.ndarray) -> list[str]:
    return [line(time_s) for time_s in times_s]


def test_a_line_becomes_a_labelled_sample_in_g() -> None:
    (recording,), bad = parsed([line(7.0, "A", 9.80665), line(7.05, "S", -19.6133)])
    assert np.allclose(recording.xyz_g, [[1, 1, -0.5], [-2, 1, -0.5]], atol=1e-6)
    assert [WISDM.postures[label] for label in recording.label] == ["walking", "folding clothes"]
    assert (recording.subject, recording.placement, recording.start_s) == ("1600", "phone", 7.0)
    assert recording.rate_hz == pytest.approx(20) and not bad


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\n\n", " \n"])
def test_line_ends_and_blank_lines_are_no_fault(ending: str) -> None:
    imported = parse(ending.join(steady(np.arange(5) / 20)).encode(), PHONE)
    assert [len(each) for each in imported.recordings] == [5] and not imported.left_out


@pytest.mark.parametrize(("bad_line", "cause"), BAD.items())
def test_a_bad_line_is_counted_by_its_cause(bad_line: str, cause: str) -> None:
    _, bad = parsed([line(0.0), bad_line, line(0.05)])
    assert bad == {cause: 1}


@given(
    x_ms2=st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=30),
    intruders=st.lists(st.tuples(st.integers(0, 99), st.sampled_from(list(BAD))), max_size=20),
)
def test_bad_lines_anywhere_leave_the_good_ones_as_they_are(
    x_ms2: list[float], intruders: list[tuple[int, str]]
) -> None:
    good = [line(tick / 20, "C", x) for tick, x in enumerate(x_ms2)]
    (expected,), _ = parsed(good)
    mixed = list(good)
    for place, bad_line in intruders:
        mixed.insert(place % (len(mixed) + 1), bad_line)
    (recording,), bad = parsed(mixed)
    assert bad == Counter(BAD[bad_line] for _, bad_line in intruders)
    assert np.array_equal(recording.xyz_g, expected.xyz_g)
    assert np.array_equal(recording.label, expected.label)


def test_a_file_without_a_good_line_is_refused_with_the_causes() -> None:
    with pytest.raises(EdgekitError, match=r"no good line \(2 bad lines left out: 2 truncated\)"):
        parsed(["1600,A,1", "1600,A,2"])


@given(
    before=st.integers(3, 50),
    after=st.integers(3, 50),
    step_s=st.floats(0.08, 1e5) | st.floats(-1e5, 0),
)
def test_a_pause_or_a_clock_that_runs_back_ends_a_recording(
    before: int, after: int, step_s: float
) -> None:
    times_s = (
        2e5 + np.concatenate([np.full(before, 0.05), [step_s], np.full(after - 1, 0.05)]).cumsum()
    )
    recordings, _ = parsed(steady(times_s))
    assert [len(recording) for recording in recordings] == [before, after]


def test_a_change_of_label_or_an_uneven_step_does_not_end_a_recording() -> None:
    uneven = [0, 0.05, 0.095, 0.155, 0.2, 0.25]
    recordings, _ = parsed([line(t, "AB"[t > 0.1]) for t in uneven])
    assert [len(recording) for recording in recordings] == [6]


def test_another_subject_starts_another_recording() -> None:
    recordings, _ = parsed([line(t / 20, subject=1600 + (t > 4)) for t in range(10)])
    assert [recording.subject for recording in recordings] == ["1600", "1601"]


def test_each_recording_has_the_rate_at_which_it_was_taken() -> None:
    """As on the watches: 20 Hz, a pause, 100 Hz, a pause, 20 Hz."""
    slow, fast = np.arange(40) / 20, np.arange(200) / 100
    times_s = np.concatenate([slow, 2.1 + fast, 4.3 + slow])
    recordings, _ = parsed(steady(times_s))
    assert [len(recording) for recording in recordings] == [40, 200, 40]
    assert [recording.rate_hz for recording in recordings] == pytest.approx([20, 100, 20])


def test_a_sample_alone_between_two_gaps_is_kept() -> None:
    recordings, _ = parsed(steady(np.array([0, 0.05, 0.1, 60, 120, 120.05, 120.1])))
    assert [len(recording) for recording in recordings] == [3, 1, 3]
    assert recordings[1].rate_hz == pytest.approx(20)


def test_a_phone_of_25_hz_says_so(real: Path) -> None:
    (path,) = real.glob("wisdm-dataset/raw/phone/accel/data_1607_accel_phone.txt*")
    recordings, bad = read_file(path)
    longest = max(recordings, key=len)
    assert longest.rate_hz == pytest.approx(25.06, abs=0.01) and not bad


def test_all_real_files_load_and_come_back_from_the_cache_as_they_were(real: Path) -> None:
    first = load("wisdm", real, seed=0)
    again = load("wisdm", real, seed=0)
    assert sum(map(len, first.recordings)) == 3_657_957  # every line of the 56 files
    assert len(first.digests) == 56
    assert {label for recording in first.recordings for label in recording.label} == set(range(18))
    for recording, cached in zip(first.recordings, again.recordings, strict=True):
        assert np.array_equal(recording.xyz_g, cached.xyz_g)
        assert np.array_equal(recording.label, cached.label)
        assert (recording.rate_hz, recording.start_s) == (cached.rate_hz, cached.start_s)
    assert again.summary == first.summary and again.digests == first.digests


def test_no_real_run_drifts_from_its_rate(real: Path) -> None:
    """The law behind `gaps.UNEVEN`, on the file that has the most changes of rate."""
    (path,) = real.glob("wisdm-dataset/raw/watch/accel/data_1621_accel_watch.txt*")
    recordings, _ = read_file(path)
    rates_hz = {round(r.rate_hz, -1) for r in recordings if len(r) >= 100}
    assert rates_hz == {20, 100}
    fast = sum(len(r) for r in recordings if r.rate_hz > 90)
    assert fast == pytest.approx(8_235, abs=20)

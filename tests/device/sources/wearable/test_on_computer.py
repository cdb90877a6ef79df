"""A stored night that is on this computer already: left as it is, or completed in its file."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.report import write_report
from edgekit.device.sources.wearable.dump import StoredRecords
from edgekit.device.sources.wearable.greeting import Greeting
from edgekit.device.sources.wearable.on_computer import OnComputer, complete, on_computer
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import Boot, Bout, DeviceEvent, Record
from edgekit.device.sources.wearable.stored import write_night
from edgekit.device.sources.wearable.stored_decisions import night_decisions
from edgekit.device.sources.wearable.stored_nights import StoredNight, stored_nights
from edgekit.errors import UsageError
from edgekit.night.columns import selected
from edgekit.night.events import EventKind
from edgekit.night.meta import NightMeta
from edgekit.night.night import Event, Samples
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import utc_offsets
from edgekit.night.writer import NightWriter
from tests.helpers.fake_wearable import DIGEST, MODEL, hello

WINDOWS = 60
SPEC = MODEL.spec


def greeted() -> Greeting:
    """By a wearable that started an hour ago."""
    return Greeting(hello(), MODEL, time.time() - 3600, ())


def stored(greeting: Greeting, windows: int = WINDOWS, *others: Record) -> StoredNight:
    bouts = [
        Bout(60 * n, 1_200_000 * n, 1, n % 12, 1, 200, 200, 0, 0, 2048) for n in range(windows)
    ]
    records = [Boot(7, 0, DIGEST[:8]), *bouts, *others]
    numbered = {number: encode(record) for number, record in enumerate(records)}
    return stored_nights(StoredRecords(numbered, ()), greeting)[0]


def live_night(
    path: Path, greeting: Greeting, known: list[int], end: EventKind | None, **changed: str
) -> None:
    """A night recorded over the line, with the decisions of these windows and their samples."""
    night = stored(greeting)
    decisions = selected(night_decisions(night), np.array(known))
    fields = {
        "bundle_digest": MODEL.digest,
        "source": f"fake {greeting.hello.device_id.hex()} on /dev/ttyUSB0, firmware 0.1",
    }
    meta = NightMeta(
        spec=SPEC, bundle_name=MODEL.name, subject="me", start_s=float(decisions.start_s[0]),
        utc_offsets=utc_offsets(night.start_s), clock="utc", **{**fields, **changed},
    )  # fmt: skip
    with NightWriter.create(path, meta) as writer:
        for start_s in decisions.start_s:
            writer.add_samples(Samples(start_s, 50.0, np.zeros((60, 3), np.float32)))
        writer.add_decisions(decisions)
        if end is not None:
            writer.add_event(Event(float(decisions.start_s[-1]), end))


def found(greeting: Greeting, night: StoredNight, folder: Path) -> OnComputer:
    here = on_computer(night, greeting, folder)
    assert here is not None
    return here


def windows_of(path: Path, night: StoredNight) -> list[int]:
    """The windows that a night's decisions are of."""
    with open_night(path) as opened:
        starts_s = opened.decisions().start_s
    assert (np.diff(starts_s) > 0).all()
    return np.rint((starts_s - night.start_s) / SPEC.hop_s).astype(int).tolist()


def test_a_night_that_was_fetched_before_is_whole_and_is_left_as_it_is(tmp_path: Path) -> None:
    greeting, path = greeted(), tmp_path / "a.night"
    night = stored(greeting)
    write_night(night, greeting, path, "me")
    assert found(greeting, night, tmp_path).is_whole


def test_a_night_that_was_fetched_at_three_is_completed_in_the_morning(tmp_path: Path) -> None:
    greeting, path = greeted(), tmp_path / "a.night"
    write_night(stored(greeting, 20), greeting, path, "me")
    overrun = DeviceEvent(1_200_000 * 50, 3000, 8, 12)
    night = stored(greeting, WINDOWS, overrun)
    complete(found(greeting, night, tmp_path), night)
    assert windows_of(path, night) == list(range(WINDOWS))
    assert found(greeting, night, tmp_path).is_whole
    with open_night(path) as opened:
        kinds = [event.kind for event in opened.events()]
        assert opened.ended_well and opened.meta.subject == "me"
    assert kinds == ["start", "no samples", "boot", "overrun", "completed", "stop"]


@settings(max_examples=12)
@given(known=st.sets(st.integers(0, WINDOWS - 1), min_size=2))
def test_the_gaps_of_a_live_night_are_filled_whatever_they_are(
    known: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, greeting = tmp_path_factory.mktemp("nights"), greeted()
    path = folder / "a.night"
    live_night(path, greeting, sorted(known), EventKind.INTERRUPTED)
    night = stored(greeting)
    here = found(greeting, night, folder)
    if not here.is_whole:
        complete(here, night)
    assert windows_of(path, night) == list(range(min(known), max(known) + 1))
    with open_night(path) as opened:
        assert sum(len(samples.xyz_g) for samples in opened.samples()) == 60 * len(known)
        assert opened.events()[-1].kind == "interrupted"


def test_a_completed_night_has_its_report_and_what_it_held_stays(tmp_path: Path) -> None:
    greeting, path = greeted(), tmp_path / "a.night"
    live_night(path, greeting, [*range(20), *range(40, WINDOWS)], EventKind.INTERRUPTED)
    with open_night(path) as before:
        held = before.decisions()
    night = stored(greeting)
    complete(found(greeting, night, tmp_path), night)
    with open_night(path) as after:
        decisions = after.decisions()
    kept = np.isin(decisions.start_s, held.start_s)
    assert kept.sum() == len(held)
    np.testing.assert_array_equal(decisions.posture[kept], held.posture)
    assert write_report(path, tmp_path).html.stat().st_size


@pytest.mark.parametrize(
    ("end", "last"), [(EventKind.INTERRUPTED, 20), (EventKind.FAILED, WINDOWS), (None, WINDOWS)]
)
def test_a_live_night_is_prolonged_unless_somebody_ended_it(
    tmp_path: Path, end: EventKind | None, last: int
) -> None:
    greeting, path = greeted(), tmp_path / "a.night"
    live_night(path, greeting, [*range(8), *range(12, 20)], end)
    night = stored(greeting)
    complete(found(greeting, night, tmp_path), night)
    assert windows_of(path, night) == list(range(last))


@pytest.mark.parametrize(
    "other", [{"source": "fake 0909090909090909 on /dev/ttyUSB0"}, {"bundle_digest": "ab" * 32}]
)
def test_the_night_of_another_wearable_or_model_is_another_night(
    tmp_path: Path, other: dict[str, str]
) -> None:
    greeting = greeted()
    live_night(tmp_path / "a.night", greeting, [*range(30)], EventKind.STOP, **other)
    (tmp_path / "b.night").write_text("no night")
    assert on_computer(stored(greeting), greeting, tmp_path) is None


def test_a_night_that_is_being_written_is_not_completed(tmp_path: Path) -> None:
    greeting, path = greeted(), tmp_path / "a.night"
    write_night(stored(greeting, 20), greeting, path, "me")
    night = stored(greeting)
    with open_night(path) as opened:
        meta = opened.meta
    with NightWriter.resume(path, meta), pytest.raises(UsageError, match="is being written"):
        complete(found(greeting, night, tmp_path), night)
    assert windows_of(path, night) == list(range(20))

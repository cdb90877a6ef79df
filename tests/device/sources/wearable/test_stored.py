import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgekit.device.report import write_report
from edgekit.device.sources.wearable.greeting import Greeting, greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.records import (
    Boot,
    Bout,
    DeviceClock,
    DeviceEvent,
    Dump,
    Fault,
    Record,
)
from edgekit.device.sources.wearable.serial_line import SerialLine
from edgekit.device.sources.wearable.stored import read_stored, write_night
from edgekit.device.sources.wearable.stored_nights import StoredNight
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.reader import Night, open_night
from edgekit.spec import SLEEP
from tests.helpers.fake_wearable import DIGEST, FakeWearable, hello, measuring
from tests.helpers.typer_app import app

HOP_US = 1_200_000
UTC_US = 1_700_000_000_000_000


def boot(count: int) -> Boot:
    return Boot(count, 0, DIGEST[:8])


def bout(window: int, windows: int, posture: str, late_us: int = 0) -> Bout:
    """From the window of that number on; gravity where the posture 'left' has it."""
    index = SLEEP.postures.index(posture)
    return Bout(
        60 * window, HOP_US * window + late_us, windows, index, 1, 204, 102, -2048, 0, 0
    )  # fmt: skip


def fetched(
    fake: FakeWearable, *stored: Record, kept: int | None = None, quiet_s: float = 3.0
) -> tuple[list[StoredNight], Greeting]:
    """The nights and the greeting; `kept`: how many of the records the greeting knew of."""
    fake.stored = [*stored]
    fake.hello = hello(time_us=10**10, stored_next=len(stored) if kept is None else kept)
    line = SerialLine(str(fake.path))
    try:
        link = Link(line)
        greeting = greet(link)
        return read_stored(link, greeting, quiet_s=quiet_s).nights, greeting
    finally:
        line.close()


def store(
    fake: FakeWearable, path: Path, *stored: Record, kept: int | None = None, quiet_s: float = 3.0
) -> StoredNight:
    """Fetch, and write the last night."""
    nights, greeting = fetched(fake, *stored, kept=kept, quiet_s=quiet_s)
    write_night(nights[0], greeting, path, "me", earlier=len(nights) - 1)
    return nights[0]


def opened(path: Path) -> Night:
    return open_night(path)


def test_bouts_become_one_decision_a_window_and_the_night_says_that_there_are_no_samples(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    night_stored = store(fake, path, boot(7), bout(0, 3, "left"), bout(3, 2, "supine"))
    with opened(path) as night:
        decisions, events = night.decisions(), night.events()
        assert night.ended_well and night.meta.clock == "utc"
        assert not list(night.samples())
    assert night_stored.windows == len(decisions) == 5
    names = [SLEEP.postures[index] for index in decisions.posture]
    assert names == ["left", "left", "left", "supine", "supine"]
    np.testing.assert_allclose(np.diff(decisions.start_s), 1.2, atol=1e-6)
    assert decisions.start_s[0] == pytest.approx(time.time() - 10**4, abs=5)
    np.testing.assert_allclose(decisions.posture_confidence, 0.8)
    np.testing.assert_allclose(decisions.torso_angle_deg, 180)
    assert set(decisions.state) == {"worn"}
    assert ("no samples", "the wearable stored decisions only") in {
        (event.kind, event.detail) for event in events
    }


def test_a_night_without_samples_has_its_report(fake: FakeWearable, tmp_path: Path) -> None:
    store(fake, tmp_path / "a.night", boot(7), bout(0, 300, "left"), bout(300, 200, "supine"))
    files = write_report(tmp_path / "a.night", tmp_path)
    assert files.html.stat().st_size and files.csv.stat().st_size


def test_a_sensor_that_runs_slower_than_its_rate_spreads_a_bouts_windows(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(fake, path, boot(7), bout(0, 10, "left"), bout(10, 1, "supine", late_us=120_000))
    with opened(path) as night:
        np.testing.assert_allclose(np.diff(night.decisions().start_s), 1.212, atol=1e-6)


def test_what_the_line_loses_is_asked_for_again(fake: FakeWearable, tmp_path: Path) -> None:
    fake.lose = lambda count: 20 < count < 60 and count % 3 == 0
    path = tmp_path / "a.night"
    store(fake, path, boot(7), *(bout(n, 1, "left") for n in range(60)))
    with opened(path) as night:
        assert len(night.decisions()) == 60


def test_the_bout_that_the_dump_itself_ends_is_asked_for_again_too(
    fake: FakeWearable, tmp_path: Path
) -> None:
    fake.lose = lambda count: count == 15 + 1 + 1 + 3  # labels, HELLO, CLOCK, then the third
    path = tmp_path / "a.night"
    stored = boot(7), bout(0, 3, "left"), bout(3, 2, "supine")
    store(fake, path, *stored, kept=2)
    with opened(path) as night:
        assert len(night.decisions()) == 5


def test_a_record_that_the_line_loses_twice_is_asked_for_a_third_time(
    fake: FakeWearable, tmp_path: Path
) -> None:
    # The second of three, and then the first of two.
    fake.lose = lambda count: count in (19, 22)
    path = tmp_path / "a.night"
    store(fake, path, boot(7), bout(0, 3, "left"), bout(3, 2, "supine"))
    with opened(path) as night:
        assert len(night.decisions()) == 5


def test_a_dump_whose_end_is_lost_under_a_stream_of_samples_is_asked_for_again(
    fake: FakeWearable, tmp_path: Path
) -> None:
    ended = threading.Event()

    def stream() -> None:
        fake.wait_for(Dump)
        for record in measuring(1000):
            if ended.wait(0.01):
                return
            fake.send(record)

    thread = threading.Thread(target=stream)
    thread.start()
    fake.lose = lambda count: count in (19, 20)  # of the first dump: a record, and its end
    began = time.monotonic()
    store(fake, tmp_path / "a.night", boot(7), bout(0, 3, "left"), quiet_s=0.3)
    ended.set()
    thread.join()
    assert time.monotonic() - began < 5
    with opened(tmp_path / "a.night") as night:
        assert len(night.decisions()) == 3


def test_records_that_are_missing_are_an_event_with_their_place_in_the_night(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(fake, path, boot(7), bout(0, 300, "left"), bout(300, 9, "supine"), kept=5)
    with opened(path) as night:
        (event,) = [event for event in night.events() if event.kind == "lost records"]
        local_s = night.start_s + 309 * 1.2
        after = datetime.fromtimestamp(local_s + night.utc_offsets.at(local_s), UTC)
    assert event.at_s == pytest.approx(local_s, abs=0.1)
    assert event.detail == (f"2 records are missing, after {after:%H:%M}: damaged, or written over")


def test_an_earlier_run_is_dated_by_the_clock_that_a_host_left_in_it(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(
        fake, path, boot(6), DeviceClock(5_000_000, UTC_US), bout(10, 2, "left"),
        DeviceEvent(15_000_000, 700, 8, 12), boot(7), Fault(1, 2, 3, 4, 5),
    )  # fmt: skip
    with opened(path) as night:
        assert night.start_s == pytest.approx(UTC_US / 1e6 - 5 + 12)
        assert night.meta.clock == "utc"
        kinds = [event.kind for event in night.events()]
    assert {"boot", "clock", "overrun", "fault"} <= set(kinds)


def test_a_run_that_no_host_met_is_laid_before_the_next_and_its_clock_is_assumed(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(fake, path, bout(10, 5, "left"), boot(7), bout(0, 5, "supine"))
    with opened(path) as night:
        decisions = night.decisions()
        assert night.meta.clock == "assumed"
    np.testing.assert_allclose(np.diff(decisions.start_s), 1.2, atol=1e-6)


def test_a_crystal_that_drifts_is_followed_between_the_times_that_hosts_set(
    fake: FakeWearable, tmp_path: Path
) -> None:
    """Of a boot that has run for 10,000 s and lost one second in them."""
    began_us = round((time.time() - 10_001) * 1e6)
    path = tmp_path / "a.night"
    store(
        fake, path, boot(7), DeviceClock(1_000_000, began_us + 1_000_000), bout(4000, 2, "left")
    )  # fmt: skip
    with opened(path) as night:
        device_s = 4000 * 1.2
        expected_s = began_us / 1e6 + device_s + device_s / 10_000
        assert night.start_s == pytest.approx(expected_s, abs=0.15)


def test_a_clock_that_a_host_had_set_wrong_dates_nothing(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(fake, path, boot(7), DeviceClock(1_000_000, UTC_US), bout(10, 2, "left"))
    with opened(path) as night:
        assert night.start_s == pytest.approx(time.time() - 10_000 + 12, abs=5)


def test_a_restart_whose_record_is_missing_is_seen_by_its_clock_that_goes_back(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    night = store(
        fake, path, boot(6), bout(10, 5, "left"), bout(15, 5, "supine"), bout(0, 4, "right")
    )  # fmt: skip
    assert night.windows == 14 and len(night.boots) == 2
    with opened(path) as written:
        np.testing.assert_allclose(np.diff(written.decisions().start_s), 1.2, atol=1e-6)


def test_the_last_night_says_that_there_are_earlier_ones(
    fake: FakeWearable, tmp_path: Path
) -> None:
    path = tmp_path / "a.night"
    store(fake, path, boot(7), bout(0, 9, "left"), bout(10_000, 4, "supine"))
    with opened(path) as night:
        assert len(night.decisions()) == 4
        (event,) = [event for event in night.events() if event.kind == "earlier"]
    assert event.detail.startswith("1 before this one") and "--list" in event.detail


def test_a_night_of_another_model_is_refused_because_its_labels_are_unknown(
    fake: FakeWearable, tmp_path: Path
) -> None:
    nights, greeting = fetched(
        fake, Boot(6, 0, b"another!"), bout(0, 9, "left"), boot(7), bout(0, 4, "supine")
    )
    assert [night.is_readable for night in nights] == [True, False]
    with pytest.raises(UsageError, match=r"decided by another model .* flash that bundle again"):
        write_night(nights[1], greeting, tmp_path / "a.night", "me")
    assert not (tmp_path / "a.night").exists()


def test_a_wearable_that_kept_nothing_leaves_no_night(fake: FakeWearable, tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match="no decision of its model"):
        store(fake, tmp_path / "a.night", boot(7))
    assert not (tmp_path / "a.night").exists()


def test_a_night_that_exists_is_not_overwritten(fake: FakeWearable, tmp_path: Path) -> None:
    (tmp_path / "a.night").write_text("precious")
    with pytest.raises(UsageError, match="--out"):
        store(fake, tmp_path / "a.night", boot(7), bout(0, 3, "left"))


def test_the_command_takes_a_night_from_one_place_alone(fake: FakeWearable, tmp_path: Path) -> None:
    fake.stored = [boot(7), bout(0, 3, "left")]
    fake.hello = hello(time_us=10**10, stored_next=2)
    port, out = str(fake.path), str(tmp_path / "a.night")
    run = CliRunner().invoke
    told = run(app, ["monitor", "--serial", port, "--stored", "--out", out])
    assert told.exit_code == 0 and "3 decisions that the wearable stored" in " ".join(
        told.output.split()
    )
    for words in (["--stored"], ["--serial", port, "--replay", "a.npz"]):
        refused = run(app, ["monitor", *words])
        assert isinstance(refused.exception, UsageError)
        assert "a night comes from one place" in str(refused.exception)

"""edgekit monitor --serial PORT --stored: lists the nights, fetches some, and none twice."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edgekit.device.sources.wearable.records import Boot, Bout, DeviceClock, DeviceEvent
from edgekit.errors import UsageError
from edgekit.night.reader import open_night
from tests.helpers.fake_wearable import DIGEST, FakeWearable, hello
from tests.helpers.typer_app import app

HOUR = 3000  # windows


def bout(window: int, windows: int = 300) -> Bout:
    return Bout(60 * window, 1_200_000 * window, windows, 0, 1, 200, 200, 0, 0, 2048)


def boot(digest: bytes = DIGEST) -> Boot:
    return Boot(7, 0, digest[:8])


@pytest.fixture
def three_nights(fake: FakeWearable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A wearable whose nights began 30, 20 and 5 hours ago, the first by another model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    fake.stored = [
        boot(b"another bundle's"), *(bout(n * 300) for n in range(10)),
        boot(), *(bout(20 * HOUR + n * 300) for n in range(20)),
        *(bout(35 * HOUR + n * 300) for n in range(5)),
    ]  # fmt: skip
    fake.hello = hello(time_us=40 * 3_600_000_000, stored_next=len(fake.stored))
    return str(fake.path)


def run(port: str, *words: str) -> Any:
    told = CliRunner().invoke(app, ["monitor", "--serial", port, "--stored", *words])
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def decisions(path: Path) -> int:
    with open_night(path) as night:
        return len(night.decisions())


def listed(port: str) -> list[dict[str, Any]]:
    nights: list[dict[str, Any]] = json.loads(run(port, "--list", "--json").stdout)["nights"]
    return nights


def test_the_list_shows_each_night_the_last_one_first(three_nights: str) -> None:
    rows = run(three_nights, "--list").stdout.splitlines()
    words = "night date start end hours bouts gaps missing clock model on this computer"
    assert rows[0].split() == words.split()
    assert [row.split()[0] for row in rows[1:]] == ["1", "2", "3"]
    assert [row.split()[4] for row in rows[1:]] == ["0.50", "2.00", "1.00"]
    assert "by-gravity" in rows[1] and "another" in rows[3]
    assert not Path("nights").exists()


def test_its_json_has_the_same_and_whether_a_night_is_here(three_nights: str) -> None:
    run(three_nights, "--night", "2")
    first, second, third = listed(three_nights)
    assert (first["number"], first["path"], first["lacks_decisions"]) == (1, None, None)
    assert second["path"] and second["lacks_decisions"] == 0
    assert (second["bouts"], second["decisions"], second["gaps"]) == (20, 6000, 0)
    assert third["model"] is None and third["bundle_digest_start"] == b"another ".hex()


def test_without_more_the_last_night_is_fetched_and_not_twice(three_nights: str) -> None:
    run(three_nights)
    (path,) = Path("nights").glob("*.night")
    assert decisions(path) == 1500
    before = path.read_bytes()
    told = run(three_nights)
    assert "holds that night already" in " ".join(told.stdout.split())
    assert list(Path("nights").glob("*.night")) == [path] and path.read_bytes() == before


def test_all_nights_are_fetched_but_those_of_another_model(three_nights: str) -> None:
    told = run(three_nights, "--night", "all")
    assert sorted(map(decisions, Path("nights").glob("*.night"))) == [1500, 6000]
    assert "night 3 is of another model" in " ".join(told.output.split())


def test_since_an_evening_only_its_nights_are_fetched(three_nights: str) -> None:
    dates = [night["date"] for night in listed(three_nights)]
    run(three_nights, "--since", dates[0])
    held = [decisions(path) for path in Path("nights").glob("*.night")]
    assert sorted(held) == ([1500] if dates[0] > dates[1] else [1500, 6000])
    with pytest.raises(UsageError, match="no night since 2999-01-01: the last"):
        run(three_nights, "--since", "2999-01-01")


def test_a_night_that_went_on_since_is_completed_in_its_file(
    fake: FakeWearable, three_nights: str
) -> None:
    run(three_nights)
    fake.stored += [bout(35 * HOUR + 1500)]
    fake.hello = hello(time_us=40 * 3_600_000_000, stored_next=len(fake.stored))
    told = run(three_nights)
    (path,) = Path("nights").glob("*.night")
    assert decisions(path) == 1800
    assert "completed by 300 decisions" in " ".join(told.stdout.split())


def test_out_writes_a_night_whatever_else_holds_it(three_nights: str, tmp_path: Path) -> None:
    run(three_nights)
    run(three_nights, "--out", str(tmp_path / "again.night"))
    assert decisions(tmp_path / "again.night") == 1500
    with pytest.raises(UsageError, match="already exists"):
        run(three_nights, "--out", str(tmp_path / "again.night"))


def test_records_that_cannot_be_had_are_counted_in_a_warning(
    fake: FakeWearable, three_nights: str
) -> None:
    fake.hello = hello(time_us=40 * 3_600_000_000, stored_next=len(fake.stored) + 3)
    told = " ".join(run(three_nights).output.split())
    assert f"3 records of {len(fake.stored) + 3} cannot be had" in told


def test_nights_that_overlap_in_time_are_each_written(
    fake: FakeWearable, three_nights: str
) -> None:
    """The second boot's clock was set back by a night: both nights are of the same hours."""
    first_us, hour_us = 30 * 3_600_000_000, 3_600_000_000
    utc_us = (time.time_ns() // 1000) - 40 * hour_us
    fake.stored = [
        boot(), DeviceClock(first_us, utc_us), *(bout(30 * HOUR + n * 300) for n in range(50)),
        replace(boot(), boot_count=8), DeviceClock(first_us, utc_us),
        *(bout(30 * HOUR + n * 300) for n in range(50)), replace(boot(), boot_count=9),
    ]  # fmt: skip
    fake.hello = hello(time_us=hour_us, stored_next=len(fake.stored))
    nights = {night["number"] for night in listed(three_nights)}
    told = run(three_nights, "--night", "all").output
    assert len(nights) > 1
    assert len(list(Path("nights").glob("*.night"))) == len(nights), told


def test_pages_that_were_damaged_at_the_last_start_are_said(
    fake: FakeWearable, three_nights: str
) -> None:
    fake.stored += [boot(), DeviceEvent(1_000, 0, 10, 2 * 65_536 + 1)]
    fake.hello = hello(time_us=40 * 3_600_000_000, stored_next=len(fake.stored))
    told = " ".join(run(three_nights).output.split())
    assert "2 pages of the wearable's flash had a damaged header" in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--stored", "--night", "0"], "--night is 1"),
        (["--stored", "--night", "x"], "--night is 1"),
        (["--stored", "--night", "4"], "no night 4: the wearable stored 3 nights"),
        (["--stored", "--night", "3"], "decided by another model"),
        (["--stored", "--since", "yesterday"], "--since is a date"),
        (["--stored", "--since", "2026-01-01", "--list"], "exclude each other"),
        (["--stored", "--night", "all", "--out", "a.night"], "--out names one file"),
        (["--stored", "--json"], "--json is for --list"),
        (["--stored", "--resume"], "that night is over"),
        (["--stored", "--duration", "8h"], "that night is over"),
        (["--stored", "--speed", "full"], "--speed is for a replay"),
        (["--list"], "--stored --list"),
        (["--json"], "--stored --list"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    three_nights: str, words: list[str], reason: str
) -> None:
    told = CliRunner().invoke(app, ["monitor", "--serial", three_nights, *words])
    assert isinstance(told.exception, UsageError)
    assert reason in str(told.exception) and "\n" not in str(told.exception)

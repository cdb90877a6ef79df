"""The self-test of a wearable on the host board: each planted fault fails its own line alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.device.selftest.judge import judge, judge_answer, judge_watchdog
from edgekit.device.selftest.judged import Judged, Result
from edgekit.device.selftest.page import page
from edgekit.device.sources.wearable.records import (
    CHECKS,
    ERASE_MAGIC,
    ERRORS,
    NOT_MEASURED,
    Bout,
    Check,
    CheckBoard,
    DeviceEvent,
    Erase,
    Record,
    SetClock,
)
from edgekit.device.sources.wearable.usb_ports import MANUFACTURER, PRODUCT, UsbPort
from edgekit.errors import UsageError
from tests.helpers.app_board import Board, of_kind
from tests.helpers.command import REPOSITORY
from tests.helpers.forked import ForkedCommand
from tests.helpers.virtual_line import HostBoardLine, measured, measuring

DEVID = 0x00
NOT_ON_THIS_BOARD = {"stack", "USB", "image"}  # a program of this machine; and none is named
OF_THE_SENSOR = {"self-test", "rate", "noise", "gravity"}


def still(seconds: float = 60, noise: float = 0.9) -> NDArray[np.int16]:
    """A board that lies on a table, with the chip's noise in counts."""
    random = np.random.default_rng(3)
    counts = np.array([3, -5, 262]) + random.normal(0, noise, (round(50 * seconds), 3))
    return np.rint(counts).astype(np.int16)


@pytest.fixture
def board(boards: Callable[..., Board]) -> Board:
    made = boards()
    made.set_counts(still())
    return made


def by_result(lines: list[Judged], result: Result) -> set[str]:
    return {line.what for line in lines if line.result is result}


def failed(lines: list[Judged]) -> set[str]:
    return by_result(lines, Result.FAIL)


def line(lines: list[Judged], what: str) -> Judged:
    (found,) = [each for each in lines if each.what == what]
    return found


def checked(board: Board, name: str, seconds: float = 2.0) -> Check:
    (answer,) = of_kind(Check, board.ask(CheckBoard(CHECKS.index(name)), seconds))
    assert CHECKS[answer.kind] == name
    return answer


def test_a_whole_board_passes_whatever_it_has(board: Board, gravity_bundle: Bundle) -> None:
    found = measured(HostBoardLine(board))
    lines = judge(found, bundle=gravity_bundle, window_limit_ms=640)
    assert failed(lines) == set()
    assert by_result(lines, Result.NOT_MEASURED) == NOT_ON_THIS_BOARD - {"image"}
    assert all(each.saw for each in lines)
    assert found.rate_hz == pytest.approx(50, rel=0.01)


@pytest.mark.parametrize(
    ("faults", "what", "words"),
    [
        (["nack:1000000@0"], "sensor", "no device answered on the bus"),
        (["stuck:1000000@0"], "bus", "a device holds the bus low"),
        (["battery:3400@0"], "battery", "3.40 V"),
        (["flash@0"], "flash", "could not be written"),
    ],
)
def test_a_fault_fails_its_own_line_and_no_other(
    board: Board, faults: list[str], what: str, words: str
) -> None:
    for fault in faults:
        board.fault(fault)
    lines = judge(measured(HostBoardLine(board)))
    assert failed(lines) == {what}
    assert words in line(lines, what).saw
    assert line(lines, what).cure
    if what in ("sensor", "bus"):
        assert by_result(lines, Result.NOT_MEASURED) > OF_THE_SENSOR


def test_another_chip_on_the_bus_is_named_by_what_it_answers(board: Board) -> None:
    board.poke(DEVID, 0x33)
    lines = judge(measured(HostBoardLine(board)))
    assert failed(lines) == {"sensor"}
    assert line(lines, "sensor").saw == "0x53 answers 0x33: another chip"
    assert line(lines, "bus").result is Result.PASS


def test_the_sensor_s_other_address_is_as_good(board: Board) -> None:
    board.set_address(0x1D)
    assert checked(board, "sensor").value == 0x1DE5
    assert "0x1d" in line(judge(measured(HostBoardLine(board))), "sensor").saw


def test_a_sensor_that_repeats_one_sample_fails(board: Board) -> None:
    board.set_counts(still(noise=0))
    lines = judge(measured(HostBoardLine(board)))
    assert "noise" in failed(lines)


@pytest.mark.parametrize(
    ("ppm", "seconds", "result"),
    [(30, 30, Result.PASS), (900, 30, Result.FAIL), (0, 1, Result.NOT_MEASURED)],
)
def test_the_clock_is_judged_only_as_far_as_it_was_measured(
    board: Board, ppm: float, seconds: float, result: Result
) -> None:
    found = measured(HostBoardLine(board, ppm), seconds)
    assert found.drift_ppm is not None
    drift_ppm, within_ppm = found.drift_ppm
    assert abs(drift_ppm - ppm) <= within_ppm
    crystal = line(judge(found), "crystal")
    assert crystal.result is result


def test_a_clock_from_rc_fails_however_well_it_runs(board: Board) -> None:
    found = measured(HostBoardLine(board))
    found.health = [replace(each, clock_source=2) for each in found.health]
    assert failed(judge(found)) == {"crystal"}


def test_frames_that_the_line_loses_fail_the_line(board: Board) -> None:
    found = measured(HostBoardLine(board))
    found.lost_frames = 3
    assert failed(judge(found)) == {"line"}


def test_the_usb_serial_number_is_the_device_s(board: Board) -> None:
    found = measured(HostBoardLine(board))
    number = found.greeting.hello.device_id.hex()
    port = UsbPort("ttyACM0", 0x1209, 1, number.upper(), "1-1", MANUFACTURER, PRODUCT)
    assert line(judge(found, port), "USB").result is Result.PASS
    assert failed(judge(found, replace(port, serial_number="0000"))) == {"USB"}


def test_an_image_of_another_bundle_and_a_window_too_slow_fail(
    board: Board, gravity_bundle: Bundle
) -> None:
    found = measured(HostBoardLine(board))
    found.checks["window"] = Check(CHECKS.index("window"), 0, 700_000)
    other = replace(found.greeting.model, digest="00" * 32)
    found.greeting = replace(found.greeting, model=other)
    assert failed(judge(found, None, gravity_bundle, window_limit_ms=640)) == {"image", "window"}


def test_no_stored_record_is_touched_by_any_check(board: Board) -> None:
    board.run_until(700)
    before = board.stored()
    measured(HostBoardLine(board))
    after = board.stored()
    assert after[: len(before)] == before and of_kind(Bout, before)


@pytest.mark.parametrize("after_s", [0.02, 0.05, 0.1, 0.15, 0.2])
def test_a_power_cut_in_the_flash_s_check_costs_no_record(board: Board, after_s: float) -> None:
    board.run_until(300)
    before = board.stored()
    board.fault(f"power@{board.now_s + after_s}")
    board.ask(CheckBoard(CHECKS.index("flash")), 3.0)
    assert board.starts == 2
    assert board.stored()[: len(before)] == before
    for _ in range(5):
        for _ in range(40):
            board.send(SetClock(7))
        board.run_until(board.now_s + 3)
    assert not [e for e in of_kind(DeviceEvent, board.heard) if ERRORS[e.error][0] == "flash"]


def test_in_a_ring_without_a_blank_page_the_flash_is_not_measured_but_after_it_is_erased(
    board: Board,
) -> None:
    for _ in range(168):  # 40 pages of 4096 bytes, some 24 bytes each
        for _ in range(40):
            board.send(SetClock(0))
        board.run_until(board.now_s + 2)
    before: list[Record] = board.stored()
    assert len(before) > 5000
    assert checked(board, "flash").error == NOT_MEASURED
    assert board.stored()[: len(before)] == before
    board.ask(Erase(ERASE_MAGIC), 20)
    assert checked(board, "flash").error == 0


def test_a_whole_packet_is_answered_by_one_that_zeros_fill(board: Board) -> None:
    board.run_until(1)
    board.send(CheckBoard(CHECKS.index("line")))
    data = board.bytes_until(1.2)
    assert len(data) == 64 and data.endswith(b"\0" * 40)


def test_the_watchdog_ends_a_hang_and_the_open_bout_is_kept(board: Board) -> None:
    board.set_motion()
    board.run_until(60)
    bouts = len(of_kind(Bout, board.stored()))
    board.run_until(120)
    asked = measuring(HostBoardLine(board))
    took_s, answer = asked.watchdog()
    judged = judge_watchdog(took_s, answer)
    assert judged.result is Result.PASS, judged
    assert took_s == pytest.approx(8, abs=0.5) and board.starts == 2
    assert len(of_kind(Bout, board.stored())) > bouts


def test_the_motor_is_off_while_the_watchdog_is_waited_for(board: Board) -> None:
    board.ask(CheckBoard(CHECKS.index("motor")), 0.1)
    board.ask(CheckBoard(CHECKS.index("watchdog")), 10)
    ((on_s, strength), (off_s, nothing)) = board.motor()
    assert (strength, nothing) == (255, 0) and off_s - on_s < 0.6


def test_a_watchdog_that_never_bites_fails() -> None:
    hung = Check(CHECKS.index("watchdog"), 3, 12_000)
    assert judge_watchdog(12.1, hung).result is Result.FAIL
    assert judge_watchdog(20.0, None).result is Result.FAIL


def test_a_person_s_answer_is_a_result_and_no_answer_is_none() -> None:
    results = [judge_answer("light", "?", answer).result for answer in (True, False, None)]
    assert results == [Result.PASS, Result.FAIL, Result.NOT_MEASURED]


def test_the_motor_runs_for_a_second(board: Board) -> None:
    board.run_until(2)
    assert checked(board, "motor").error == 0
    (on_s, strength), (off_s, stopped) = board.motor()[-2:]
    assert (strength, stopped) == (255, 0)
    assert off_s - on_s == pytest.approx(1, abs=0.1)


def test_a_check_that_this_firmware_does_not_know_is_not_measured(board: Board) -> None:
    board.run_until(1)
    (answer,) = of_kind(Check, board.ask(CheckBoard(200)))
    assert (answer.kind, answer.error) == (200, NOT_MEASURED)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), 1e9])
def test_a_time_that_no_clock_can_tell_is_refused(board: Board, seconds: float) -> None:
    with pytest.raises(UsageError, match="listens for 1 to 600 s"):
        measured(HostBoardLine(board), seconds)


def test_the_page_has_each_figure_and_lines_to_fill(board: Board, tmp_path: Path) -> None:
    found = measured(HostBoardLine(board), 1.0)
    lines = judge(found)
    text = page(found.greeting, lines, "ttyACM0", "0.1.0", datetime(2026, 1, 2, 3, 4))
    assert found.greeting.hello.device_id.hex() in text
    assert found.greeting.hello.bundle_digest.hex() in text
    for each in lines:
        assert f"| {each.what} | {each.result} | " in text
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert {row.count("|") for row in rows} == {3, 5}
    assert sum(row.endswith("|  |") for row in rows) >= 8


def test_the_command_prints_each_figure_writes_the_page_and_fails_with_what_fails(
    board: Board, forked: ForkedCommand, tmp_path: Path
) -> None:
    board.fault("battery:3300@0")
    with board.on_terminal() as port:
        ended = forked(
            "firmware", "selftest", "--serial", port, "--seconds", "1", "--json",
            "--out", "page.md", cwd=tmp_path,
        )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    document = json.loads(ended.stdout)
    results = {each["check"]: each["result"] for each in document["checks"]}
    # Virtual time that keeps pace with real time is no crystal.
    assert {what for what, each in results.items() if each == "fail"} - {"crystal"} == {"battery"}
    assert {"sensor", "flash", "self-test", "rate", "line"} <= {
        what for what, result in results.items() if result == "pass"
    }
    assert results["watchdog"] == results["motor"] == results["light"] == "not measured"
    described = (REPOSITORY / "docs" / "json.md").read_text()
    assert all(f"`{name}`" in described for name in (*document, *document["checks"][0]))
    text = (tmp_path / "page.md").read_text()
    assert all(f"| {what} | {result} | " in text for what, result in results.items())


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--serial", "/dev/ttyNONE"], "no serial port at /dev/ttyNONE"),
        (["--out", "no/such/page.md"], "no folder no/such"),
        (["--out", "."], "is a folder"),
        (["--bundle", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    words: list[str], reason: str, forked: ForkedCommand, tmp_path: Path
) -> None:
    ended = forked("firmware", "selftest", *words, cwd=tmp_path)
    assert ended.returncode == 2
    assert reason in ended.stderr and "Traceback" not in ended.stderr

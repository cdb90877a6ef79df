"""What a host can ask of the wearable, and what it gets."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.sources.wearable.frames import frame
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import (
    ERASE_MAGIC,
    ERRORS,
    RESET_ANEW,
    RESET_BOOT_LOADER,
    RESET_CAUSES,
    Boot,
    Bout,
    Decision,
    DeviceClock,
    DeviceEvent,
    DeviceHealth,
    DeviceSamples,
    Dump,
    Dumped,
    Erase,
    Greet,
    Hello,
    Label,
    Record,
    Reset,
    SelfTest,
    SetClock,
    Stored,
    Stream,
)
from tests.helpers.app_board import SLOW, Board, Boards, of_kind
from tests.helpers.bundles import PLACEMENT, POSTURE


@pytest.fixture
def night(board: Board) -> Board:
    """A board on a sleeper's body."""
    board.set_motion()
    return board


def test_before_anybody_greets_it_streams_nothing(night: Board) -> None:
    kinds = {type(record) for record in night.run_until(60)}
    assert kinds == {Boot, DeviceHealth}


def test_it_greets_with_what_it_is_and_then_streams(night: Board, gravity_bundle: Bundle) -> None:
    night.run_until(10.5)
    answer = night.greet()
    (hello,) = of_kind(Hello, answer)
    spec = gravity_bundle.spec
    names = {(record.head, record.index): record.name for record in of_kind(Label, answer)}
    assert [names[0, k] for k in range(hello.postures)] == list(spec.postures)
    assert [names[1, k] for k in range(hello.placements)] == list(spec.placements)
    assert (hello.board, hello.bundle_name) == ("host", gravity_bundle.name)
    assert hello.bundle_digest.hex() == gravity_bundle.digest
    assert (hello.rate_mhz, hello.window, hello.hop, hello.counts_per_g) == (50_000, 100, 60, 256)
    scales = np.array([hello.posture_scale_bits, hello.placement_scale_bits], np.uint32)
    assert scales.view(np.float32).tolist() == [POSTURE["scale"], PLACEMENT["scale"]]
    zero_points = hello.posture_zero_point, hello.placement_zero_point
    assert zero_points == (POSTURE["zero_point"], PLACEMENT["zero_point"])
    assert hello.boot_count == 1
    assert hello.time_us / 1e6 == pytest.approx(10.5, abs=0.5)
    assert of_kind(Decision, night.run_until(15))
    assert of_kind(DeviceSamples, night.heard)[0].first_sample == hello.next_sample


def test_the_stream_stops_and_continues_as_commanded(night: Board) -> None:
    night.greet()
    night.ask(Stream(0))
    assert not of_kind(DeviceSamples, night.run_until(20))
    night.ask(Stream(1))
    assert of_kind(DeviceSamples, night.run_until(40))


def test_the_stream_ends_ten_minutes_after_the_host_s_last_frame(night: Board) -> None:
    night.greet()
    assert of_kind(DeviceSamples, night.run_until(599))
    night.run_until(602)
    assert not of_kind(DeviceSamples, night.run_until(700))
    night.greet()
    assert of_kind(DeviceSamples, night.run_until(710))


@pytest.mark.parametrize("word", [Stream(1), SetClock(5), Dump(10**9)])
def test_any_frame_of_the_host_keeps_the_stream(night: Board, word: Record) -> None:
    night.greet()
    for minute in range(5, 30, 5):
        night.run_until(60 * minute)
        night.send(word)
    samples = of_kind(DeviceSamples, night.run_until(60 * 34))
    assert samples[-1].time_us / 1e6 > 60 * 34 - 2


def test_bytes_that_make_no_frame_do_not_keep_the_stream(night: Board) -> None:
    night.greet()
    damaged = bytearray(frame(encode(Stream(1)), 5))
    damaged[3] ^= 1
    for minute in range(1, 11):
        night.run_until(60 * minute)
        night.send_bytes(bytes(damaged))
    night.run_until(605)
    assert not of_kind(DeviceSamples, night.run_until(660))


def test_the_time_of_day_is_answered_and_stored(night: Board) -> None:
    night.run_until(5)
    utc_us = 1_700_000_000_123_456
    (answer,) = of_kind(DeviceClock, night.ask(SetClock(utc_us)))
    assert answer.utc_us == utc_us
    assert answer.time_us / 1e6 == pytest.approx(5, abs=0.5)
    assert of_kind(DeviceClock, night.stored()) == [answer]


def test_health_is_sent_every_ten_seconds_and_stored_every_hour(night: Board) -> None:
    health = of_kind(DeviceHealth, night.run_until(7300))
    assert len(health) == pytest.approx(729, abs=3)
    assert len(of_kind(DeviceHealth, night.stored())) == 2
    assert health[-1].samples == pytest.approx(7300 * 50, abs=1000)


def test_a_dump_starts_where_it_is_asked_to_and_tells_where_it_ended(night: Board) -> None:
    for second in range(20):
        night.ask(SetClock(second), 0.5)
    (hello,) = of_kind(Hello, night.greet())
    night.ask(Stream(0))
    answer = night.ask(Dump(hello.stored_next - 7))
    sequences = [record.sequence for record in of_kind(Stored, answer)]
    end = hello.stored_next + 1  # the open bout is stored for it
    assert sequences == list(range(hello.stored_next - 7, end))
    assert of_kind(Dumped, answer) == [Dumped(end)]
    beyond = night.ask(Dump(10**9))
    assert of_kind(Dumped, beyond) and not of_kind(Stored, beyond)


def test_a_long_dump_loses_no_sample(night: Board) -> None:
    for _ in range(40):
        for _ in range(40):
            night.send(SetClock(0))
        night.run_until(night.now_s + 3)
    night.greet()
    night.send(Dump(0))
    heard = night.run_until(night.now_s + 20)
    assert len(of_kind(Stored, heard)) > 1600
    samples = of_kind(DeviceSamples, heard)
    assert not of_kind(DeviceEvent, heard)
    assert sum(len(record.counts) for record in samples) == pytest.approx(20 * 50, abs=40)
    ends = [record.first_sample + len(record.counts) for record in samples]
    assert [record.first_sample for record in samples[1:]] == ends[:-1]


def test_erasing_forgets_all_but_the_count_of_starts(night: Board) -> None:
    night.run_until(700)
    night.ask(Erase(12345))
    assert len(night.stored()) > 2, "a wrong word must not erase"
    (hello,) = of_kind(Hello, night.ask(Erase(ERASE_MAGIC)))
    assert hello.stored_next == hello.stored_first + 1
    assert [type(record) for record in night.stored()][:1] == [Boot]
    (boot,) = of_kind(Boot, night.ask(Reset(RESET_ANEW)))
    assert boot.boot_count == 2


def test_what_was_erased_is_gone_from_the_flash(night: Board, tmp_path: Path) -> None:
    flash = tmp_path / "flash"
    night.keep_flash_in(flash)
    night.run_until(700)
    before = [encode(record) for record in night.stored()[1:]]
    assert len(before) > 3 and all(record in flash.read_bytes() for record in before)
    asked_us = night.now_s * 1e6
    night.ask(Erase(ERASE_MAGIC), 10)
    assert not any(record in flash.read_bytes() for record in before)
    (bout,) = of_kind(Bout, night.stored())
    assert bout.time_us > asked_us - 2.1e6, "the bout that was open is forgotten, too"


def test_what_was_erased_goes_from_the_flash_though_the_power_does(
    night: Board, tmp_path: Path
) -> None:
    flash = tmp_path / "flash"
    night.keep_flash_in(flash)
    night.run_until(700)
    before = [encode(record) for record in night.stored()[1:]]
    night.send(Erase(ERASE_MAGIC))
    night.fault(f"power@{night.now_s + 0.11}")
    night.run_until(night.now_s + 10)
    assert night.starts == 2
    assert not any(record in flash.read_bytes() for record in before)


def test_commands_that_take_long_cost_no_sample(boards: Boards) -> None:
    night = boards(SLOW, low_power=True)  # at 100 Hz the sensor's FIFO holds a third of a second
    night.set_motion()
    night.greet()
    for _ in range(5):
        night.run_until(night.now_s + 2)
        for _ in range(6):  # each erases a page, for 85 ms
            night.send(Erase(ERASE_MAGIC))
    night.run_until(night.now_s + 3)
    assert len(of_kind(Hello, night.heard)) == 1 + 5 * 6
    assert not of_kind(DeviceEvent, night.heard)


def test_many_commands_at_once_are_all_obeyed_at_once(night: Board) -> None:
    for _ in range(9):  # as many as the line's buffer holds
        night.send(Greet())
    answered_us = [hello.time_us for hello in of_kind(Hello, night.run_until(1))]
    assert len(answered_us) == 9
    assert max(answered_us) < 100_000


def test_a_self_test_is_answered_and_ends_in_a_gap(night: Board) -> None:
    night.greet()
    night.run_until(10)
    answer = night.ask(SelfTest(), 5)
    passed, gap = of_kind(DeviceEvent, answer)
    assert (ERRORS[passed.error][0], passed.detail) == ("ok", SelfTest.type)
    assert ERRORS[gap.error][0] == "overrun"
    first = next(
        record for record in of_kind(DeviceSamples, answer) if record.time_us > gap.time_us
    )
    assert first.first_sample == gap.next_sample
    assert [event.error for event in of_kind(DeviceEvent, night.stored())] == [0, gap.error]


def test_a_self_test_of_a_sensor_that_does_not_answer_says_so(night: Board) -> None:
    night.fault("nack:1000@5")
    night.run_until(6)
    answered = [
        record for record in of_kind(DeviceEvent, night.ask(SelfTest())) if record.detail == 70
    ]
    assert [ERRORS[record.error][0] for record in answered] == ["nack"]
    assert night.starts == 1


def test_a_reset_starts_it_anew_and_keeps_what_was_stored(night: Board) -> None:
    night.run_until(400)
    before = night.stored()
    boot, *_ = of_kind(Boot, night.ask(Reset(RESET_ANEW), 5))
    assert boot.boot_count == 2
    assert RESET_CAUSES[boot.reset_cause] == "software"
    after = night.stored()
    assert after[: len(before)] == before
    assert [type(record) for record in after[len(before) :]] == [Bout, Boot, Bout]
    assert after[len(before) + 1] == boot


@pytest.mark.parametrize("seed", range(3))
def test_what_is_no_command_is_passed_over(night: Board, seed: int) -> None:
    random = np.random.default_rng(seed)
    night.greet()
    for _ in range(50):
        night.send_bytes(random.bytes(random.integers(1, 300)))
        night.send_bytes(frame(random.bytes(random.integers(1, 60)), 0))
        night.run_until(night.now_s + 0.5)
    assert night.starts == 1 or of_kind(Boot, night.heard)
    night.send_bytes(b"\0")
    assert of_kind(Hello, night.greet())
    samples = of_kind(DeviceSamples, night.run_until(night.now_s + 10))
    assert sum(len(record.counts) for record in samples) == pytest.approx(500, abs=40)


def test_a_host_that_no_longer_reads_is_not_written_to_and_costs_no_sample(night: Board) -> None:
    night.greet()
    night.stop_reading()
    night.run_until(300)
    night.read_again()
    samples = of_kind(DeviceSamples, night.run_until(320))
    assert not samples, "the stream has ended"
    (hello,) = of_kind(Hello, night.greet())
    assert hello.next_sample == pytest.approx(320 * 50, abs=60)
    events: list[Record] = list(of_kind(DeviceEvent, night.heard))
    assert not events


def test_of_a_line_that_has_no_room_each_frame_given_up_is_reported_lost(
    night: Board, gravity_bundle: Bundle
) -> None:
    night.greet()
    night.stop_reading()
    night.run_until(170)
    night.read_again()
    night.run_until(200)
    hop = gravity_bundle.spec.hop
    samples = of_kind(DeviceSamples, night.heard)
    decisions = of_kind(Decision, night.heard)
    lost_samples = sum(
        after.first_sample - before.first_sample - len(before.counts)
        for before, after in pairwise(samples)
    )
    lost_decisions = (decisions[-1].first_sample - decisions[0].first_sample) // hop + 1
    lost_decisions -= len(decisions)
    health = of_kind(DeviceHealth, night.heard)
    lost_health = round((health[-1].time_us - health[0].time_us) / 10e6) + 1 - len(health)
    assert lost_samples % 16 == 0 and lost_samples and lost_decisions
    assert night.receiver.lost == lost_samples // 16 + lost_decisions + lost_health


def test_who_greets_before_the_line_is_free_again_is_streamed_to(night: Board) -> None:
    night.greet()
    night.stop_reading()
    night.run_until(300)
    night.send(Greet())
    night.run_until(301)
    night.read_again()
    assert of_kind(DeviceSamples, night.run_until(310))


def test_a_closed_line_ends_nothing(night: Board) -> None:
    night.greet()
    night.unplug()
    night.run_until(30)
    assert night.starts == 1


@pytest.mark.parametrize("way", ["command", "touch"])
def test_the_boot_loader_starts_after_the_open_bout_is_kept(night: Board, way: str) -> None:
    night.run_until(400)
    before = night.stored()
    if way == "command":
        night.send(Reset(RESET_BOOT_LOADER))
    else:
        night.touch()
    night.run_until(night.now_s + 30)
    assert (night.boot_loaders, night.starts) == (1, 2)
    after = night.stored()
    assert [type(record) for record in after[len(before) :]] == [Bout, Boot, Bout]


def test_an_unknown_way_to_reset_is_ignored(night: Board) -> None:
    night.ask(Reset(2))
    assert (night.boot_loaders, night.starts) == (0, 1)


def test_a_stream_that_nobody_hears_for_a_second_is_not_taken_up_for_the_next_host(
    night: Board,
) -> None:
    night.greet()
    assert of_kind(DeviceSamples, night.run_until(5))
    night.set_listener(1)
    assert night.run_until(6) == []
    night.set_listener(2)
    assert not of_kind(DeviceSamples, night.run_until(10))


def test_the_stream_and_a_dump_stop_at_once_when_usb_says_that_nobody_listens(
    night: Board,
) -> None:
    night.run_until(700)
    night.greet()
    assert of_kind(DeviceSamples, night.run_until(705))
    night.send(Dump(0))
    night.set_listener(1)
    assert night.run_until(720) == []
    night.set_listener(2)
    heard = night.run_until(740)
    assert not of_kind(DeviceSamples, heard) and not of_kind(Stored, heard)
    health = of_kind(DeviceHealth, heard)[-1]
    assert health.listener == 2
    night.greet()
    assert of_kind(DeviceSamples, night.run_until(745))

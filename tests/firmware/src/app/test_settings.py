"""How the sensor is mounted: sent over the line or built in, kept in flash, and decided by."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.calibration import Calibration
from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import (
    ERASE_MAGIC,
    FEATURES,
    Bout,
    Decision,
    DeviceEvent,
    DeviceMounting,
    DeviceSamples,
    DeviceTherapy,
    Erase,
    Greet,
    Hello,
    Record,
    Reset,
    SetClock,
    SetMounting,
)
from edgekit.device.sources.wearable.settings import mounting_of, set_mounting, set_therapy
from edgekit.firmware.build.bundle_header import BuiltSettings
from edgekit.mounting import ONE, Mounting
from edgekit.therapy_policy import Policy
from tests.helpers.app_board import SLOW, Board, Boards, of_kind
from tests.helpers.python_decisions import Counts, joined, logits, python_says
from tests.helpers.store_device import HEADER_BYTES, PAGE_BYTES

# x of the sensor to the feet, y to the right, z out of the stomach; turned and tilted a little.
TILTED = Calibration(
    rotation=((-0.0871557, -0.9961947, 0.0), (-0.9961947, 0.0871557, 0.0), (0.0, 0.0, -1.0)),
    offset_g=(0.03, -0.05, 0.11),
    gain=(1.02, 0.97, 1.05),
)
MOUNTING, OTHER = Mounting.of(TILTED), Mounting.IDENTITY
BUILT = BuiltSettings(MOUNTING, "baseline")


def kept(board: Board) -> Mounting | None:
    """What it says when it is greeted."""
    (record,) = of_kind(DeviceMounting, board.greet())
    return mounting_of(record)


def read_by_a_tilted_sensor(body: Counts) -> NDArray[np.int16]:
    """What the sensor reads, that its mounting turns into about these body counts."""
    exact = np.array(MOUNTING.matrix) / ONE
    turned = (body - np.array(MOUNTING.offset) / ONE) @ np.linalg.inv(exact).T
    return np.rint(turned).astype(np.int16)


@pytest.fixture
def tilted_night(lying_counts: Callable[..., Counts]) -> Counts:
    body = lying_counts("supine", "right", "prone", "left-supine", "supine", seconds=60)
    return read_by_a_tilted_sensor(body)


def test_with_a_mounting_it_decides_as_a_calibrated_monitor_and_streams_what_it_read(
    board: Board, gravity_bundle: Bundle, tilted_night: Counts
) -> None:
    board.set_counts(tilted_night)
    board.send(set_mounting(MOUNTING))
    board.send(Greet())
    heard = board.run_counts()
    samples = np.concatenate([record.counts for record in of_kind(DeviceSamples, heard)])
    assert np.array_equal(samples, tilted_night)
    body = MOUNTING.apply(tilted_night)
    expected = python_says(gravity_bundle, [(0.0, body)])
    decisions = of_kind(Decision, heard)
    for name in ("posture", "placement"):
        assert [getattr(each, name) for each in decisions] == joined(expected, name).tolist()
    said = np.array([record.logits for record in decisions])
    assert np.array_equal(said, logits(gravity_bundle, body))
    unmounted = joined(python_says(gravity_bundle, [(0.0, tilted_night)]), "posture")
    assert np.mean(unmounted != joined(expected, "posture")) > 0.5, "the mounting matters here"


def test_a_bout_s_mean_is_in_the_body_s_axes(board: Board, tilted_night: Counts) -> None:
    board.set_counts(tilted_night)
    board.send(set_mounting(MOUNTING))
    board.run_counts()
    bouts = of_kind(Bout, board.stored())
    assert bouts[0].mean_z / 2048 == pytest.approx(1.0, abs=0.05)  # on the back
    assert abs(bouts[0].mean_x) + abs(bouts[0].mean_y) < 0.1 * 2048


def test_it_says_in_its_greeting_what_it_keeps(board: Board) -> None:
    def has_mounting() -> bool:
        (hello,) = of_kind(Hello, board.greet())
        return bool(hello.features >> FEATURES.index("mounting") & 1)

    assert (kept(board), has_mounting()) == (None, False)
    (answer,) = of_kind(DeviceMounting, board.ask(set_mounting(MOUNTING)))
    assert mounting_of(answer) == MOUNTING == kept(board)
    assert has_mounting()
    (answer,) = of_kind(DeviceMounting, board.ask(set_mounting(None)))
    assert mounting_of(answer) is None is kept(board)
    assert not has_mounting()


def test_what_is_set_outlives_resets_the_erasing_of_nights_and_a_ring_that_goes_round(
    board: Board,
) -> None:
    board.set_motion()
    board.ask(set_mounting(MOUNTING))
    board.ask(set_therapy("baseline", Policy(after_s=7)))
    board.ask(Reset(0), 3)
    assert kept(board) == MOUNTING
    board.ask(Erase(ERASE_MAGIC), 10)
    board.ask(Reset(0), 3)
    assert kept(board) == MOUNTING
    for _ in range(190):  # 40 pages of 4096 bytes, some 24 bytes each
        for _ in range(40):
            board.send(SetClock(0))
        board.run_until(board.now_s + 1)
    board.fault(f"power@{board.now_s + 1}")
    board.run_until(board.now_s + 5)
    assert board.stored()[0] != 0 and kept(board) == MOUNTING
    (therapy,) = of_kind(DeviceTherapy, board.greet())
    assert (therapy.mode, therapy.after_ms) == (1, 7000)


def test_what_it_has_already_costs_no_page_of_records(board: Board) -> None:
    policy = Policy(after_s=7)
    board.ask(set_mounting(MOUNTING))
    board.ask(set_therapy("baseline", policy))
    oldest = board.stored()[0]
    for _ in range(35):  # twice this is more than there are pages
        board.ask(set_mounting(MOUNTING), 0.1)
        board.ask(set_therapy("baseline", policy), 0.1)
    assert board.stored()[0] == oldest
    board.ask(Reset(0), 3)
    assert kept(board) == MOUNTING


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.0802, 0.0805, 0.081, 0.0815])
def test_a_power_cut_while_it_is_set_leaves_one_of_the_two(board: Board, seconds: float) -> None:
    board.ask(set_mounting(OTHER))
    board.fault(f"power@{board.now_s + seconds}")
    board.ask(set_mounting(MOUNTING), 3)
    assert board.starts == 2
    assert kept(board) in (OTHER, MOUNTING)
    assert not of_kind(DeviceEvent, board.heard)


@pytest.mark.parametrize(
    "wrong",
    [
        SetMounting(1, ONE, 0, 0, 0, ONE, 0, 0, 0, -ONE, 0, 0, 0),  # mirrored
        SetMounting(1, ONE, 400, 0, 0, ONE, 0, 0, 0, ONE, 0, 0, 0),  # askew
        SetMounting(1, ONE, 0, 0, 0, ONE, 0, 0, 0, ONE, 1 << 30, 0, 0),
        SetMounting(1, *[0] * 12),
    ],
)
def test_a_mounting_that_is_no_rotation_is_refused_and_the_one_before_stays(
    board: Board, wrong: Record
) -> None:
    board.ask(set_mounting(MOUNTING))
    (answer,) = of_kind(DeviceMounting, board.ask(wrong))
    assert mounting_of(answer) == MOUNTING == kept(board)


def test_a_damaged_setting_is_reported_and_not_used(board: Board, tmp_path: Path) -> None:
    """Flash whose CRC fits, but that holds what no mounting can be."""
    flash = tmp_path / "flash"
    board.keep_flash_in(flash)
    board.ask(set_mounting(MOUNTING))
    data = bytearray(flash.read_bytes())
    spoil(data, encode(set_mounting(MOUNTING))[2:20])
    with flash.open("r+b") as file:  # in place, because the board has it mapped
        file.write(data)
    board.ask(Reset(0), 2)
    assert kept(board) is None
    (event,) = of_kind(DeviceEvent, board.heard)
    assert (event.error, event.detail) == (10, DeviceMounting.type)


def spoil(flash: bytearray, matrix: bytes) -> None:
    """Mirror the newest page's mounting, and make the header's CRC fit again."""
    pages = range(0, len(flash), PAGE_BYTES)
    newest = max(
        (page for page in pages if flash[page : page + 4] != b"\xff" * 4),
        key=lambda page: int.from_bytes(flash[page : page + 4], "little"),
    )
    at = flash.index(matrix, newest)
    flash[at : at + 2] = (-int.from_bytes(matrix[:2], "little", signed=True)).to_bytes(
        2, "little", signed=True
    )
    flash[at + 2 : at + 4] = bytes(2)
    crc_at = newest + HEADER_BYTES - 4
    flash[crc_at : crc_at + 4] = zlib.crc32(flash[newest:crc_at]).to_bytes(4, "little")


def test_what_an_image_was_built_with_is_taken_over_once_and_the_last_to_speak_is_heard(
    boards: Boards, tmp_path: Path
) -> None:
    flash, default = tmp_path / "flash", set_therapy("baseline", Policy())
    plain = boards()
    plain.keep_flash_in(flash)
    plain.ask(set_mounting(OTHER))
    plain.close()
    newer = boards(settings=BUILT)
    newer.keep_flash_in(flash)
    (therapy,) = of_kind(DeviceTherapy, newer.greet())
    assert kept(newer) == MOUNTING, "the image spoke last"
    assert vars(therapy) == vars(default)
    newer.ask(set_mounting(OTHER))
    newer.ask(Reset(0), 3)
    assert kept(newer) == OTHER, "a host spoke last"
    newer.close()
    again = boards()  # an image without settings keeps what is there
    again.keep_flash_in(flash)
    (therapy,) = of_kind(DeviceTherapy, again.greet())
    assert (kept(again), therapy.mode) == (OTHER, 1)


def test_a_model_without_body_axes_takes_no_therapy(boards: Boards) -> None:
    board = boards(SLOW)
    (answer,) = of_kind(DeviceTherapy, board.ask(set_therapy("supine", Policy())))
    assert answer.mode == 0

"""What a host fetches from the firmware's own store where a record is damaged."""

import time
from dataclasses import dataclass
from pathlib import Path

from edgekit.device.sources.wearable.dump import StoredRecords, fetch
from edgekit.device.sources.wearable.frames import Receiver
from edgekit.device.sources.wearable.greeting import Greeting
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    DeviceClock,
    DeviceEvent,
    Dump,
    Hello,
    Reset,
    SetClock,
)
from tests.helpers.app_board import Board, of_kind
from tests.helpers.fake_wearable import MODEL
from tests.helpers.store_device import PAGE_BYTES


@dataclass
class BoardLine:
    """The board's line as a port; its clock goes on while the host reads."""

    board: Board
    dumps: int = 0  # how many were asked for
    port: str = "/dev/board"

    def read(self) -> bytes:
        return self.board.bytes_until(self.board.now_s + 0.02)

    def write(self, data: bytes) -> None:
        self.dumps += any(isinstance(decode(each), Dump) for each in Receiver().push(data))
        self.board.send_bytes(data)


def fill(board: Board, count: int) -> list[int]:
    """Store so many CLOCKs; return their times of day."""
    times = list(range(10**15, 10**15 + count))
    for begin in range(0, count, 40):
        for utc_us in times[begin : begin + 40]:
            board.send(SetClock(utc_us))
        board.run_until(board.now_s + 1)
    return times


def fetched(board: Board) -> tuple[StoredRecords, Hello, int]:
    """The records, the greeting, and how many dumps it took."""
    (hello,) = of_kind(Hello, board.greet())
    line = BoardLine(board)
    link = Link(line)  # type: ignore[arg-type]
    greeting = Greeting(hello, MODEL, time.time(), ())
    records = fetch(link, greeting, quiet_s=0.5)
    return records, hello, line.dumps


def clocks(records: StoredRecords) -> list[int]:
    decoded = [decode(data) for data in records.records.values()]
    return [record.utc_us for record in decoded if isinstance(record, DeviceClock)]


def test_a_damaged_byte_costs_its_record_and_one_dump_tells_it(
    board: Board, tmp_path: Path
) -> None:
    flash = tmp_path / "flash"
    board.keep_flash_in(flash)
    times = fill(board, 240)
    damaged = times[100]
    place = flash.read_bytes().index(encode(DeviceClock(0, damaged))[9:])
    with flash.open("r+b") as file:
        file.seek(place)
        file.write(b"\0")
    records, hello, dumps = fetched(board)
    assert (records.missing_count, dumps) == (1, 1)
    assert len(records.records) >= hello.stored_next - 1
    assert clocks(records) == [at for at in times if at != damaged]


def test_damaged_page_headers_cost_no_record_and_an_event_says_how_many(
    board: Board, tmp_path: Path
) -> None:
    flash = tmp_path / "flash"
    board.keep_flash_in(flash)
    times = fill(board, 240)
    data = flash.read_bytes()
    used = [page for page in range(0, len(data), PAGE_BYTES) if data[page] != 0xFF]
    with flash.open("r+b") as file:  # in place, because the board has it mapped
        for page in used:
            file.seek(page)
            file.write(bytes([data[page] ^ 0x10]))
    events = of_kind(DeviceEvent, board.ask(Reset(0), 2))
    records, _, _ = fetched(board)
    assert len(used) > 1
    assert [(event.error, event.detail) for event in events] == [(10, len(used) * 65_536)]
    assert (records.missing_count, clocks(records)) == (0, times)

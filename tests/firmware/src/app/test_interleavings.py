"""Commands, faults, power cuts and a host that comes and goes, in any order.

EDGEKIT_INTERLEAVINGS=1000 runs as many; EDGEKIT_FIRST_SEED says from which seed on.
"""

import os

import numpy as np
import pytest

from edgekit.device.sources.wearable.record_bytes import encode
from edgekit.device.sources.wearable.records import (
    RESET_CAUSES,
    Boot,
    CheckBoard,
    DeviceMounting,
    DeviceSamples,
    DeviceTherapy,
    Dump,
    Dumped,
    Erase,
    Greet,
    Record,
    Reset,
    SelfTest,
    SetClock,
    SetMounting,
    SetTherapy,
    Stored,
    Stream,
)
from edgekit.device.sources.wearable.settings import set_mounting
from edgekit.mounting import ONE
from tests.helpers.app_board import Board, Boards, of_kind

SEEDS = int(os.environ.get("EDGEKIT_INTERLEAVINGS", "10"))
FIRST_SEED = int(os.environ.get("EDGEKIT_FIRST_SEED", "1"))
STEPS = 120
# On for 0.4 s, longer while the bus or the flash keeps the application; a check of it for a second.
MOTOR_MOST_S = 6.0
FAULTS = ("nack:9", "stuck:20", "brownout", "freeze", "ones", "slow", "line:1", "line:0", "rate:12")
CUTS = ("reset", "power", "crash")
WATCHDOG_CHECK = 8
MIRRORED = SetMounting(1, ONE, 0, 0, 0, ONE, 0, 0, 0, -ONE, 0, 0, 0)


class Host:
    """What the host asked for, and what it was told, beside a board that goes through anything."""

    def __init__(self, board: Board, seed: int) -> None:
        self.board, self.random = board, np.random.default_rng(seed)
        nothing = DeviceMounting(0, *[0] * 12)
        self.mountings = [encode(nothing)[1:]]
        self.therapies: list[bytes] = []
        self.records: dict[int, bytes] = {}

    def pick(self, *choices: object) -> object:
        return choices[self.random.integers(len(choices))]

    def mounting(self) -> SetMounting:
        angle = self.random.uniform(0, 2 * np.pi)
        cosine, sine = round(ONE * np.cos(angle)), round(ONE * np.sin(angle))
        offset = [int(value) for value in self.random.integers(-9000, 9000, 3)]
        turned = SetMounting(1, cosine, -sine, 0, sine, cosine, 0, 0, 0, ONE, *offset)
        choice = self.pick(turned, turned, set_mounting(None), MIRRORED)
        assert isinstance(choice, SetMounting)
        if choice is not MIRRORED:
            self.mountings.append(encode(choice)[1:])
        return choice

    def therapy(self) -> SetTherapy:
        most = 2**32 if self.random.random() < 0.1 else 60_000
        times = [int(value) for value in self.random.integers(0, most, 4)]
        wanted = SetTherapy(int(self.random.integers(0, 4)), *times)
        if wanted.mode < 3 and max(times) <= 86_400_000:
            self.therapies.append(encode(wanted)[1:])
        return wanted

    def command(self) -> Record:
        kinds = (
            *(self.mounting, self.therapy, Greet, SelfTest, lambda: Dump(0)),
            lambda: Stream(int(self.random.integers(0, 2))),
            lambda: SetClock(int(self.random.integers(0, 2**62))),
            lambda: CheckBoard(
                int(self.random.choice([n for n in range(14) if n != WATCHDOG_CHECK]))
            ),
            lambda: Reset(int(self.random.integers(0, 4))),
            lambda: Erase(int(self.random.integers(0, 2**32))),  # not the word that erases
        )
        return kinds[self.random.integers(len(kinds))]()

    def act(self) -> None:
        board, at = self.board, self.board.now_s + self.random.uniform(0, 1.5)
        match self.random.integers(0, 10):
            case 0 | 1 | 2 | 3:
                board.send(self.command())
            case 4:
                board.fault(f"{self.pick(*FAULTS)}@{at}")
            case 5:
                board.fault(f"{self.pick(*CUTS)}@{at}")
            case 6:
                board.fault(f"flash:{self.random.integers(0, 2)}@{at}")
            case 7:
                board.set_listener(int(self.random.integers(0, 3)))
            case 8:
                board.send_bytes(self.random.bytes(int(self.random.integers(1, 80))))
            case 9:
                board.touch()
        board.run_until(board.now_s + self.random.choice([0.001, 0.05, 0.3, 2.0]))

    def dump(self) -> None:
        board = self.board
        board.send_bytes(b"\0")
        answer = board.ask(Dump(0), 6.0)
        if not of_kind(Dumped, answer):
            return  # its command met a reset
        found = {record.sequence: record.record for record in of_kind(Stored, answer)}
        for sequence, record in self.records.items():
            assert found.get(sequence, record) == record, "a stored record has changed"
        lost = [sequence for sequence in self.records if sequence not in found]
        assert not lost, f"stored records are gone: {lost}"
        self.records = found


def motor_on_s(changes: list[tuple[float, int]], now_s: float) -> float:
    """The longest time in one piece that the motor was on."""
    ends = [*(at_s for at_s, _ in changes[1:]), now_s]
    pieces = zip(changes, ends, strict=False)
    return max((end_s - at_s for (at_s, strength), end_s in pieces if strength), default=0.0)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEEDS))
def test_whatever_happens_nothing_is_lost_half_set_or_left_on(boards: Boards, seed: int) -> None:
    board = boards()
    host = Host(board, seed)
    board.set_motion()
    host.therapies.append(encode(of_kind(DeviceTherapy, board.greet())[0])[1:])
    for step in range(STEPS):
        host.act()
        if step % 13 == 12:
            board.fault(f"flash:0@{board.now_s}")
            board.fault(f"line:0@{board.now_s}")
            board.set_listener(0)
            board.run_until(board.now_s + 1.5)
            host.dump()
    board.set_listener(0)
    board.fault(f"flash:0@{board.now_s}")
    board.fault(f"line:0@{board.now_s}")
    board.run_until(board.now_s + 15)
    board.send_bytes(b"\0")
    greeting = board.greet()
    assert of_kind(DeviceSamples, board.run_until(board.now_s + 2)), "samples flow again"
    (mounting,), (therapy,) = of_kind(DeviceMounting, greeting), of_kind(DeviceTherapy, greeting)
    assert encode(mounting)[1:] in host.mountings
    assert encode(therapy)[1:] in host.therapies
    causes = {RESET_CAUSES[boot.reset_cause] for boot in of_kind(Boot, board.heard)}
    assert "watchdog" not in causes
    board.run_until(board.now_s + MOTOR_MOST_S)
    changes = board.motor()
    assert motor_on_s(changes, board.now_s) < MOTOR_MOST_S

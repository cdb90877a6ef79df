"""The host board as a program: a wearable on a pseudo-terminal, or on stdin and stdout."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.device.monitor.monitor import record_night
from edgekit.device.sources.wearable.decisions import WearableAnswer
from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.greeting import greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    KINDS,
    Boot,
    Decision,
    DeviceSamples,
    Dump,
    Greet,
    Record,
    Stored,
)
from edgekit.device.sources.wearable.serial_line import SerialLine
from edgekit.device.sources.wearable.wearable import Wearable
from edgekit.night.reader import open_night
from edgekit.spec import SLEEP
from tests.helpers.app_board import of_kind


def heard(data: bytes) -> list[Record]:
    records = [decode(record) for record in Receiver().push(data)]
    return [record for record in records if record is not None]


def run(program: Path, *words: str | Path, said: bytes = b"") -> bytes:
    done = subprocess.run(
        [program, "--stdio", "--speed", "0", *words], input=said, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_it_measures_a_file_of_counts_and_ends_with_it(
    program: Path, tmp_path: Path, lying_counts: Callable[..., NDArray[np.int16]]
) -> None:
    counts = lying_counts("supine", "left", seconds=10)
    (tmp_path / "counts").write_bytes(counts.astype("<i2").tobytes())
    records = heard(run(program, "--counts", tmp_path / "counts", said=frame(encode(Greet()), 0)))
    assert np.array_equal(
        np.concatenate([record.counts for record in of_kind(DeviceSamples, records)]), counts
    )
    assert SLEEP.postures[of_kind(Decision, records)[-1].posture] == "left"


def test_its_flash_is_a_file(program: Path, tmp_path: Path) -> None:
    for starts in (1, 2):
        records = heard(
            run(program, "--flash", tmp_path / "flash", "--seconds", "300",
                said=frame(encode(Dump(0)), 0))
        )  # fmt: skip
        assert of_kind(Boot, records)[0].boot_count == starts
        assert of_kind(Stored, records)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_whatever_breaks_it_does_nothing_undefined(
    program: Path, seed: int
) -> None:
    random = np.random.default_rng(seed)
    said = b"".join(
        frame(bytes([kind]) + random.bytes(random.integers(0, 12)), 0) + random.bytes(9)
        for kind in random.choice([kind for kind in KINDS if kind >= 64], 400)
    )
    kinds = ["nack", "stuck", "brownout", "freeze", "ones", "slow", "hang", "crash", "rate"]
    faults = [
        f"--fault={random.choice(kinds)}:{random.integers(0, 3000)}@{at_s:.5f}"
        for at_s in random.uniform(0, 3000, 60)
    ]
    words = [word for fault in faults for word in fault.split("=")]
    run(program, "--seconds", "3000", "--seed", str(seed), *words, said=said)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--fault", "fire@3"], "not a fault"),
        (["--fault", "nack"], "not a fault"),
        (["--counts", "/no/such/file"], "cannot read"),
        (["--flash", "/no/such/folder/flash"], "no flash"),
        (["--seconds", "many"], "not a number"),
        (["--colour", "red"], "no option"),
    ],
)
def test_what_it_cannot_do_it_refuses(program: Path, words: list[str], reason: str) -> None:
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=10)
    assert done.returncode == 2
    assert reason in done.stderr


@pytest.fixture
def terminal(program: Path) -> Iterator[Path]:
    """Of a program that runs ten times as fast as time."""
    with subprocess.Popen([program, "--speed", "10"], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        yield Path(running.stdout.readline().strip())
        running.kill()


def test_a_night_on_the_host_ends_with_the_wearer_s_battery(program: Path, tmp_path: Path) -> None:
    faults = ["--fault", "battery:3450@50", "--fault", "battery:3190@110"]
    words = [program, "--speed", "100", *faults]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        link = Link(SerialLine(running.stdout.readline().strip()))
        found = greet(link)
        result = record_night(
            Wearable(link, found, "me"), WearableAnswer(found.model), tmp_path / "a.night"
        )
        running.kill()
    with open_night(tmp_path / "a.night") as night:
        kinds = [event.kind for event in night.events()]
        last_words = night.events()[-2].detail
    assert kinds[-2:] == ["battery empty", "stop"] and "3.19 V" in last_words
    assert kinds.count("low battery") == 1 and "failed" not in kinds
    assert result.gaps == 0 and result.recorded_s > 60


def test_its_serial_line_is_a_pseudo_terminal_that_hosts_come_to_and_leave(terminal: Path) -> None:
    for _ in range(2):
        receiver, found = Receiver(), list[Record]()
        with terminal.open("r+b", buffering=0) as line:
            line.write(frame(encode(Greet()), 0))
            while not of_kind(Decision, found):
                records = [decode(record) for record in receiver.push(line.read(1000))]
                found += [record for record in records if record is not None]
        assert of_kind(DeviceSamples, found)

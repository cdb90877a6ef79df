"""A night over modelled USB into the real `edgekit monitor`, with a cable that is pulled.

The board's image runs instruction by instruction on its chip's model; a USB host enumerates it, and
its port is a terminal of a computer in whose clock the board's time passes (firmware/sim/preload).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.firmware.emulate.simulated_bus import World, make_world
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.command import REPOSITORY

from .boards import UsbBoard
from .computer import Computer
from .host_controller import HostController
from .night_figures import Figures, check_decisions, check_samples
from .sysfs import Sysfs

STEP_US = 100_000
SPEED = 2.0  # of the program's sleeps: seconds in a real one
OPEN_LIMIT_S, END_LIMIT_S = 60.0, 120.0  # of the board's time


@dataclass(frozen=True)
class Pull:
    """The cable is pulled `at_s` after the night began, and back after `away_s` as `name`."""

    at_s: float
    away_s: float
    name: str


class UsbNight:
    """The board, the computer, and the programs that run on it."""

    def __init__(
        self,
        folder: Path,
        elf: Path,
        board: UsbBoard,
        counts: NDArray[np.int16],
    ) -> None:
        self.folder = folder
        self.sensor = SimulatedSensor()
        self.sensor.set_counts(counts)
        self.system = board.power_on(elf, self.sensor)
        self.host = HostController(board.port(self.system), self.system)
        self.tree = Sysfs(folder / "computer")
        self.computer = Computer(self.host, self.tree)
        # Its own sensor measures nothing that matters: the world lends its clock.
        self.world: World = make_world(folder / "world", np.zeros((1, 3), np.int16))

    @property
    def now_s(self) -> float:
        return self.system.now_us / 1e6

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start edgekit on that computer."""
        environment = {**os.environ, **self.world.environment(SPEED), "COLUMNS": "200"}
        environment["PYTHONPATH"] = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'src'}"
        return subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.usb.sysfs", self.tree.root, *words],
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run_until(self, is_met: Callable[[], bool], limit_s: float) -> bool:
        """Let both clocks run, neither ahead of the other by more than a step."""
        end_s = self.now_s + limit_s
        while not is_met():
            if self.now_s >= end_s:
                return False
            behind_us = int((self.world.age_s - self.now_s) * 1e6)
            self.computer.run(max(STEP_US, behind_us))
            ahead_s = self.now_s - self.world.age_s
            if ahead_s > 0:
                self.world.restart_after(ahead_s)
        return True

    def run(self, seconds: float) -> None:
        self.run_until(lambda: False, seconds)

    def finish(self, program: "subprocess.Popen[str]") -> str:
        """Let the board run until the program has ended well; return what it printed."""
        assert self.run_until(lambda: program.poll() is not None, END_LIMIT_S), "it does not end"
        printed = program.communicate()[0]
        assert program.returncode == 0, printed
        return printed

    def record(
        self,
        seconds: float,
        pulls: Sequence[Pull],
        progress: Callable[[float], None] = lambda _seconds: None,
    ) -> str:
        """Record `seconds` with `edgekit monitor --serial auto` to a.night; return its print."""
        self.computer.plug("ttyACM0")
        monitor = self.start("monitor", "--serial", "auto", "--out", "a.night")
        night = self.folder / "a.night"
        assert self.run_until(night.exists, OPEN_LIMIT_S), _ended(monitor)
        began_s = self.now_s
        for pull in pulls:
            while self.now_s < began_s + pull.at_s:
                self.run(min(60.0, began_s + pull.at_s - self.now_s))
                progress(self.now_s)
                assert monitor.poll() is None, _ended(monitor)
            self.computer.unplug()
            self.run(pull.away_s)
            self.computer.plug(pull.name)
            assert self.run_until(lambda: self.computer.is_open, OPEN_LIMIT_S), _ended(monitor)
        while self.now_s < began_s + seconds:
            self.run(min(60.0, began_s + seconds - self.now_s))
            progress(self.now_s)
            assert monitor.poll() is None, _ended(monitor)
        monitor.send_signal(signal.SIGINT)
        return self.finish(monitor)

    def figures(self, counts: NDArray[np.int16]) -> Figures:
        """Fetch what the wearable itself stored, and compare the night with it and the sensor."""
        assert self.run_until(lambda: not self.computer.is_open, OPEN_LIMIT_S)
        apart = self.folder / "apart"  # where no night of this computer lies
        apart.mkdir()
        fetch = self.start("monitor", "--serial", "auto", "--stored", "--out", "apart/kept.night")
        self.finish(fetch)
        night = self.folder / "a.night"
        return Figures(*check_samples(night, counts), *check_decisions(night, apart / "kept.night"))


def _ended(program: "subprocess.Popen[str]") -> str:
    program.kill()
    return program.communicate()[0]

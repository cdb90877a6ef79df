"""On gpiozero's own mock pins: no motor was driven."""

import subprocess
import sys
import time

import pytest

gpiozero_mock = pytest.importorskip("gpiozero.pins.mock")

from edgekit.device.monitor.vibrator import Vibrator  # noqa: E402

PIN = 18


@pytest.fixture
def board():
    factory = gpiozero_mock.MockFactory(pin_class=gpiozero_mock.MockPWMPin)
    yield factory
    factory.close()


def strengths(board) -> list[float]:
    return [state.state for state in board.pin(PIN).states]


def wait_for(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_it_vibrates_for_its_time_and_the_monitor_does_not_wait(board) -> None:
    reports: list[str] = []
    with Vibrator(PIN, reports.append, board) as vibrator:
        began = time.monotonic()
        vibrator.vibrate(0.6, 0.2)
        assert time.monotonic() - began < 0.1
        assert board.pin(PIN).state == 0.6
        assert wait_for(lambda: board.pin(PIN).state == 0.0)
        assert time.monotonic() - began >= 0.2
    assert reports == []


def test_a_second_vibration_is_not_ended_by_the_first_ones_time(board) -> None:
    with Vibrator(PIN, print, board) as vibrator:
        vibrator.vibrate(0.3, 0.05)
        vibrator.vibrate(1.0, 60.0)
        time.sleep(0.15)
        assert board.pin(PIN).state == 1.0


def test_the_motor_is_off_at_close(board) -> None:
    vibrator = Vibrator(PIN, print, board)
    vibrator.vibrate(1.0, 60.0)
    vibrator.close()
    vibrator.close()
    assert strengths(board)[-1] == 0.0


def test_of_strength_0_as_in_a_baseline_night_nothing_moves(board) -> None:
    with Vibrator(PIN, print, board) as vibrator:
        vibrator.vibrate(0.0, 1.0)
    assert set(strengths(board)) == {0.0}


def test_a_pin_that_fails_is_reported_once_and_stops_nothing() -> None:
    reports: list[str] = []
    board = gpiozero_mock.MockFactory(pin_class=gpiozero_mock.MockPin)  # has no PWM
    with Vibrator(PIN, reports.append, board) as vibrator:
        vibrator.vibrate(1.0, 0.01)
        vibrator.vibrate(1.0, 0.01)
    assert len(reports) == 1 and reports[0].startswith(f"no vibration: GPIO {PIN}: ")


def test_where_nothing_drives_pins_one_line_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "for name in ('lgpio', 'RPi', 'pigpio'): sys.modules[name] = None\n"
        "from edgekit.device.monitor.vibrator import Vibrator\n"
        f"Vibrator({PIN}, print).vibrate(1.0, 1.0)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    if ended.stdout:  # not on a Raspberry Pi itself
        assert (ended.stdout.count("\n"), ended.stderr) == (1, "")
        assert f"no vibration: GPIO {PIN}: nothing here drives pins" in ended.stdout
        assert "sudo apt install python3-lgpio" in ended.stdout


def test_the_motor_is_off_when_the_monitor_leaves_without_closing() -> None:
    script = (
        "from gpiozero.pins.mock import MockFactory, MockPWMPin\n"
        "from edgekit.device.monitor.vibrator import Vibrator\n"
        "import atexit\n"
        "board = MockFactory(pin_class=MockPWMPin)\n"
        f"atexit.register(lambda: print([s.state for s in board.pin({PIN}).states][-1]))\n"
        f"Vibrator({PIN}, print, board).vibrate(1.0, 60.0)\n"
        "raise SystemExit(3)\n"
    )
    left = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (left.returncode, left.stdout.strip()) == (3, "0.0"), left.stderr


def test_a_motor_that_cannot_be_switched_off_is_tried_again_until_it_is() -> None:
    stuck = [False]

    class Sticky(gpiozero_mock.MockPWMPin):
        @property
        def state(self) -> float:
            return float(gpiozero_mock.MockPWMPin.state.fget(self))

        @state.setter
        def state(self, value: float) -> None:
            if stuck[0] and value == 0.0:
                raise OSError("busy")
            gpiozero_mock.MockPWMPin.state.fset(self, value)

    board, reports = gpiozero_mock.MockFactory(pin_class=Sticky), []
    with Vibrator(PIN, reports.append, board) as vibrator:
        vibrator.vibrate(1.0, 0.05)
        stuck[0] = True
        assert wait_for(lambda: reports)
        assert board.pin(PIN).state == 1.0
        stuck[0] = False
        assert wait_for(lambda: board.pin(PIN).state == 0.0)
    assert len(reports) == 1 and "busy" in reports[0]

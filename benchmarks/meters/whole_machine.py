"""A machine's power at rest and at work, in turn."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from typing import Protocol

from edgekit.errors import EdgekitError

from ..figure import spread
from .record import Metered, What
from .trace import ROUNDS

Process = subprocess.Popen[bytes]
Work = Callable[[], AbstractContextManager[object]]  # at work while the context is entered

SETTLE_S = 2.0  # after work began or ended
STOP_S = 30.0


class PowerMeter(Protocol):
    @property
    def name(self) -> str: ...

    def mean_w(self, seconds: float) -> float:
        """Over so many seconds from now on."""
        ...


def measure(
    meter: PowerMeter,
    what: What,
    work: Work | None,
    *,
    seconds: float,
    settle_s: float = SETTLE_S,
    tell: Callable[[str], None] = lambda line: None,
) -> Metered:
    """ROUNDS times so many seconds at rest and at work; without `work`, of whatever runs."""
    idle, busy = [], []
    for number in range(1, ROUNDS + 1):
        if work is not None:
            idle.append(meter.mean_w(seconds))
            with work():
                time.sleep(settle_s)
                busy.append(meter.mean_w(seconds))
            time.sleep(settle_s)
        else:
            busy.append(meter.mean_w(seconds))
        rest = f", {idle[-1]:.4g} W at rest" if idle else ""
        tell(f"round {number} of {ROUNDS}: {busy[-1]:.4g} W{rest}")
    return Metered(meter.name, what, ROUNDS * seconds, spread(busy), spread(idle) if idle else None)


def command(arguments: Sequence[str]) -> Callable[[], AbstractContextManager[Process]]:
    """A command that runs until it is interrupted."""

    @contextmanager
    def running() -> Iterator[Process]:
        null = subprocess.DEVNULL
        try:
            process = subprocess.Popen(arguments, stdin=null, stdout=null, stderr=null)
        except OSError as error:
            raise EdgekitError(f"{arguments[0]} does not start: {error.strerror}") from None
        try:
            yield process
            if process.poll() is not None:
                raise EdgekitError(
                    f"{arguments[0]} ended with {process.returncode} while it was metered. "
                    "Try it by itself: it must run until it is interrupted"
                )
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    return running


def repeated(function: Callable[[], object]) -> Work:
    """A function of a fraction of a second, again and again in a thread."""

    @contextmanager
    def running() -> Iterator[None]:
        over, failed = Event(), []

        def work() -> None:
            try:
                while not over.is_set():
                    function()
            except Exception as error:
                failed.append(error)

        thread = Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        if failed:
            raise failed[0]

    return running

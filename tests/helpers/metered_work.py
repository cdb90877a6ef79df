"""Work for a power meter: a command, or a function again and again."""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread

from edgekit.benchmarks.meters.whole_machine import Work
from edgekit.errors import EdgekitError

Process = subprocess.Popen[bytes]
STOP_S = 30.0


def command(arguments: Sequence[str]) -> Callable[[], AbstractContextManager[Process]]:
    """Return work that runs a command, which must run until it is interrupted."""

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

"""Signals: ending well on Ctrl-C, waiting for a process, deferring what must not interrupt."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def handling(handlers: Mapping[int, Handler]) -> Iterator[None]:
    """Handle these signals inside the block, and restore their former handlers after it.

    Does nothing outside the main thread, which alone receives signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Set the event on Ctrl-C, SIGTERM or a closed terminal, so that a night ends well.

    A second signal raises KeyboardInterrupt at once.
    """
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    handlers: dict[int, Handler] = {signal.SIGINT: stop, signal.SIGTERM: stop}
    # Under nohup a closed terminal is to be ignored.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        handlers[signal.SIGHUP] = stop
    with handling(handlers):
        yield stopping


@contextmanager
def held_signals() -> Iterator[list[int]]:
    """Collect Ctrl-C and SIGTERM inside the block, and raise the first again after it.

    An emulated core runs in such a block, because unicorn's callbacks lose what is raised in them.
    """
    received: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    try:
        with handling({signal.SIGINT: hold, signal.SIGTERM: hold}):
            yield received
    finally:
        if received:
            signal.raise_signal(received[0])


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C, even where a library in the block swallows it.

    A library that is being imported turns it into another error, an emulator's callback drops it.
    A Ctrl-C that was ignored before stays ignored.
    """
    is_interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        raise KeyboardInterrupt

    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    with handling({} if is_ignored else {signal.SIGINT: interrupt}):
        try:
            yield
        except Exception:
            if not is_interrupted:
                raise
    if is_interrupted:
        raise KeyboardInterrupt


def exit_code_of(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a process and return its exit code, leaving it to end its night.

    Ctrl-C reaches the process by itself; SIGTERM is passed on. Both are handled without raising,
    because a handler that raises now and then loses the code of a process that ended just then.
    """
    handlers: dict[int, Handler] = {
        signal.SIGINT: lambda *_: None,
        signal.SIGTERM: lambda *_: process.terminate(),
    }
    with handling(handlers):
        return process.wait()

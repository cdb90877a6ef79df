"""Ctrl-C ends a measurement, whatever the library it comes upon makes of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """KeyboardInterrupt where Ctrl-C came, and nothing else.

    A library that is being imported makes another error of it, an emulator's callback nothing.
    """
    came = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, before)
    try:
        yield
    except Exception:
        if not came:
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt

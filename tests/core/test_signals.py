"""Ctrl-C ends a measurement, whatever a library makes of it."""

import signal
from contextlib import suppress

import pytest

from edgekit.signals import ended_by_ctrl_c


def test_an_interrupt_ends_what_is_measured() -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_ctrl_c():
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")


def test_an_interrupt_that_a_library_swallows_ends_it_all_the_same() -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_ctrl_c(), suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_of_which_a_library_makes_another_error_is_one() -> None:
    with pytest.raises(KeyboardInterrupt), ended_by_ctrl_c():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None


def test_without_one_an_error_stays_what_it_is_and_the_handler_that_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ImportError), ended_by_ctrl_c():
        raise ImportError
    with ended_by_ctrl_c():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_where_interrupts_are_ignored_they_stay_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ended_by_ctrl_c():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)

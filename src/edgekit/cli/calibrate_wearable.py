"""edgekit calibrate --serial: measure by a wearable's own stream; it keeps what was found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import typer

from edgekit.calibration import Calibration
from edgekit.errors import UsageError
from edgekit.mounting import Mounting

from .monitor.wearable import greeted
from .output import print_result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edgekit.device.sources.wearable.greeting import Greeting
    from edgekit.device.sources.wearable.link import Link

Holds = Iterator["NDArray[np.float32]"]


def ask_for(what: str, number: int, count: int, span_s: float) -> None:
    """Ask the wearer for one hold, and wait for Enter."""
    typer.prompt(
        f"{number} of {count}: {what}, press Enter, and keep so for {span_s:.0f} s",
        default="", show_default=False, prompt_suffix=" ",
    )  # fmt: skip


@contextmanager
def calibrating(
    port: str, asked: list[str]
) -> Iterator[tuple[Holds, Callable[[Calibration], str]]]:
    """Open a wearable for its calibration.

    Yields what it reads during each hold, (n, 3) in g in the sensor's axes, and a function that has
    it keep a calibration and returns its name. Raises UsageError for a model without body axes.
    """
    from edgekit.device.sources.wearable.settings import keep_mounting

    with greeted(port, None) as (link, greeting):
        if not greeting.model.spec.has_body_axes:
            raise UsageError(
                f"the wearable's model {greeting.model.name} is of {greeting.model.spec.domain}: "
                "only one of sleep postures decides in the body's axes"
            )

        def keep(calibration: Calibration) -> str:
            keep_mounting(link, Mounting.of(calibration, greeting.hello.counts_per_g))
            return greeting.hello.wearable

        yield _holds(link, asked), keep


def show_mounting(port: str, forget: bool) -> None:
    """Print the mounting that a wearable keeps; with `forget` have it keep none."""
    from edgekit.device.sources.wearable.settings import keep_mounting

    with greeted(port, None) as (link, greeting):
        if forget:
            keep_mounting(link, None)
            print_result(
                f"{greeting.hello.wearable} keeps no mounting now: it decides in its sensor's axes"
            )
        elif greeting.mounting is None:
            print_result(
                f"{greeting.hello.wearable} keeps no mounting: it decides in its sensor's axes"
            )
        else:
            print_result(f"{greeting.hello.wearable} keeps a mounting: {_words(greeting)}")


def _holds(link: "Link", asked: list[str]) -> Holds:
    from edgekit.device.mount.calibrate import SPAN_S, read_span
    from edgekit.device.sources.wearable.greeting import greet
    from edgekit.device.sources.wearable.listening import stop_stream
    from edgekit.device.sources.wearable.wearable import Wearable

    for number, what in enumerate(asked, 1):
        stop_stream(link)  # what it measures while the wearer gets ready is not of the hold
        ask_for(what, number, len(asked), SPAN_S)
        yield read_span(Wearable(link, replace(greet(link), early=()), ""))


def _words(greeting: "Greeting") -> str:
    """Say how far the sensor is turned, its gains and its offsets."""
    assert greeting.mounting is not None
    kept = greeting.mounting.calibration(greeting.hello.counts_per_g)
    turned = np.degrees(np.arccos(np.clip((np.trace(np.array(kept.rotation)) - 1) / 2, -1, 1)))
    gains = ", ".join(f"{gain:.3f}" for gain in kept.gain)
    offsets = ", ".join(f"{1000 * offset:+.0f}" for offset in kept.offset_g)
    return f"turned by {turned:.0f} degrees, gains {gains}, offsets {offsets} mg"

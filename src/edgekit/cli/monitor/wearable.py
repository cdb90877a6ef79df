"""A night from a wearable over its serial line, as it is measured."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError
from edgekit.therapy_policy import Policy, check_alarm

from ..output import print_doubts, print_progress, print_result, print_warning
from ..serial_port import chosen_port
from .night_options import NightOptions
from .watching import limited

if TYPE_CHECKING:
    from edgekit.device.sources.wearable.greeting import Greeting
    from edgekit.device.sources.wearable.link import Link


def watch_wearable(options: NightOptions, port: str) -> None:
    """Write the night of the wearable at `port`. Raises UsageError for other sources' options."""
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.views.terminal import terminal_view
    from edgekit.device.sources.wearable.decisions import WearableAnswer
    from edgekit.device.sources.wearable.wearable import Wearable

    refuse_others_options(options)
    night = options.new_night()
    with ExitStack() as stack:
        link, greeting = stack.enter_context(greeted(port, options.bundle))
        set_alarm(link, greeting, options.alarm)
        view = stack.enter_context(terminal_view())
        wearable = Wearable(link, greeting, options.wearer)
        counts_per_g = greeting.hello.counts_per_g
        answer = WearableAnswer(greeting.model, greeting.mounting, counts_per_g)
        source = limited(wearable, options, night)
        result = record_night(source, answer, night, view, options.resume)
    print_doubts(result.doubts, night.name)
    print_result(
        f"{night}: {result.recorded_s / 3600:.2f} h, {result.windows:,} decisions of the "
        f"wearable's own, {result.gaps} gaps, {link.receiver.lost} frames lost"
    )


def refuse_others_options(options: NightOptions) -> None:
    """Raise UsageError for options that are not for a wearable."""
    if options.speed != "1":
        raise UsageError("--speed is for a replay: a wearable measures in its own time")
    if options.calibration:
        raise UsageError("--calibration is for a replay: a wearable decides by itself")


def set_alarm(link: "Link", greeting: "Greeting", alarm: str | None) -> None:
    """Have the wearable run --alarm, and say what it runs. Raises UsageError for another alarm."""
    from edgekit.device.sources.wearable.records import FEATURES
    from edgekit.device.sources.wearable.settings import NO_MOUNTING_CURE, keep_therapy

    mode = alarm or greeting.alarm
    if alarm is not None:
        check_alarm(greeting.model.spec, alarm)
        keep_therapy(link, alarm, Policy())
    elif mode != "off":
        print_progress(f"the wearable's alarm is {mode}, as set before. To end it: --alarm off")
    if mode == "supine" and not greeting.hello.features & 1 << FEATURES.index("motor"):
        print_warning(f"{greeting.hello.board} has no pin for a motor: nothing vibrates")
    if mode != "off" and greeting.mounting is None:
        print_warning(
            "the wearable keeps no mounting, so that 'on the back' is judged by the sensor's own "
            f"axes. {NO_MOUNTING_CURE}"
        )


@contextmanager
def greeted(port: str, bundle: Path | None) -> "Iterator[tuple[Link, Greeting]]":
    """Open the line and greet the wearable, which must run `bundle` where one is named.

    However the block ends, the wearable is told to stop streaming.
    """
    from edgekit.device.sources.wearable.greeting import check_bundle, greet
    from edgekit.device.sources.wearable.link import Link
    from edgekit.device.sources.wearable.listening import stop_stream
    from edgekit.device.sources.wearable.serial_line import SerialLine

    loaded = load_bundle(bundle) if bundle else None
    line = SerialLine(chosen_port(port))
    link = Link(line)
    try:
        greeting = greet(link)
        if loaded:
            check_bundle(greeting, loaded)
        yield link, greeting
    finally:
        try:
            stop_stream(link)
        finally:
            line.close()

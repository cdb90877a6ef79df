"""What watches a night while it is recorded: the terminal, the dashboard, systemd, the alarm."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import Bundle
from edgekit.errors import UsageError

from ..output import STDERR, print_progress, print_warning
from .night_options import NightOptions

if TYPE_CHECKING:
    from edgekit.device.monitor.alarm import Treatment
    from edgekit.device.monitor.progress import NightProgress
    from edgekit.device.monitor.views.view import View
    from edgekit.device.sources.source import Source

DEFAULT_WEB = "127.0.0.1"
DEFAULT_PORT = 8642
ALARMS = ("supine", "baseline", "printed")


def web_address(text: str) -> tuple[str, int]:
    """Return host and port of --web: HOST, HOST:PORT, [HOST]:PORT or PORT. Raises UsageError."""
    host, port = text, ""
    if text.isdecimal():  # a port alone: as an address, 9000 is 0.0.35.40
        host, port = "", text
    elif text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not port and not text.endswith(":"):
        return host, DEFAULT_PORT
    if not (port.isascii() and port.isdecimal() and int(port) < 65536):
        raise UsageError(f"--web is HOST or HOST:PORT, with a port up to 65535, not {text!r}")
    return host or DEFAULT_WEB, int(port)


def opened_views(
    options: NightOptions, subject: str, night: Path, progress: "NightProgress | None",
    stack: ExitStack,
) -> "list[View]":  # fmt: skip
    """Open the dashboard where it is asked for, systemd's notifier where it runs us."""
    from edgekit.device.monitor.views.notify import notifier

    views: list[View] = []
    if options.web is not None:
        from edgekit.device.monitor.views.dashboard.view import web_view

        host, port = web_address(options.web)
        page = stack.enter_context(
            web_view(
                host, port, nights=night.parent, progress=progress, subject=subject,
                night=night,
            )
        )  # fmt: skip
        print_progress(f"dashboard  {page.invitation(to_a_person=sys.stderr.isatty())}")
        views.append(page)
    if systemd := notifier():
        stack.callback(systemd.close)
        views.append(systemd)
    return views


def opened_terminal(stack: ExitStack, *, is_progress: bool = False) -> "View":
    """Open the view in the terminal: last, because from now on nothing else may print there.

    What a replay decides on its way is progress, on stderr: its result is the night.
    """
    from edgekit.device.monitor.views.terminal import output, terminal_view

    console = output(sys.stderr if is_progress else sys.stdout)
    console.quiet = is_progress and STDERR.quiet
    return stack.enter_context(terminal_view(console))


def treatment(
    options: NightOptions, bundle: Bundle, progress: "NightProgress | None", stack: ExitStack
) -> "Treatment | None":
    """Return the alarm's treatment: its motor vibrates, prints, or for a baseline does nothing."""
    from edgekit.device.monitor.alarm import Therapy, Treatment
    from edgekit.device.monitor.vibrator import Vibrator
    from edgekit.therapy_policy import Policy

    if options.alarm is None:
        return None
    therapy = Therapy(Policy(baseline=options.alarm == "baseline"), bundle.spec, progress)
    if options.alarm == "baseline":
        return Treatment(therapy, lambda _strength, _seconds: None)
    if options.alarm == "printed":
        return Treatment(therapy, _print_vibration)
    assert options.alarm_pin is not None
    motor = stack.enter_context(Vibrator(options.alarm_pin, print_progress))
    return Treatment(therapy, motor.vibrate)


def limited(source: "Source", options: NightOptions, night: Path) -> "Source":
    """Return the source, which ends after --duration, counted from the start of its night."""
    from edgekit.device.sources.limited import Limited
    from edgekit.night.reader import open_night

    if options.duration_s is None:
        return source
    begin_s = None
    if options.resume and night.is_file():
        with open_night(night) as begun:
            begin_s = begun.start_s
    return Limited(source, options.duration_s, begin_s)


def check_pins(alarm: str | None, alarm_pin: int | None, interrupt_pin: int | None) -> None:
    """Refuse an unknown alarm, one that vibrates without a pin, and an impossible pin for INT1.

    A motor without an alarm is warned about.
    Raises UsageError.
    """
    from edgekit.device.sources.gpio_line import check_pin

    if alarm is not None and alarm not in ALARMS:
        raise UsageError(f"--alarm is 'supine', 'baseline' or 'printed', not {alarm!r}")
    if alarm == "supine" and alarm_pin is None:
        raise UsageError(
            "--alarm supine needs the motor's pin: --alarm-pin 18, say. Without a motor: "
            "--alarm printed"
        )
    if alarm_pin is not None:
        check_pin(alarm_pin, "the motor")
    if interrupt_pin is not None:
        check_pin(interrupt_pin)
        if interrupt_pin == alarm_pin:
            raise UsageError(f"GPIO{alarm_pin} takes the motor or the sensor's INT1, not both")
    if alarm_pin is not None and alarm is None:
        print_warning("no alarm: the motor vibrates with --alarm supine only")


def _print_vibration(strength: float, seconds: float) -> None:
    print_progress(f"vibration of {seconds:g} s at {100 * strength:.0f} %: printed, no motor")

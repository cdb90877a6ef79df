"""Judge what was measured of a wearable: each figure beside what is expected and its source."""

from collections.abc import Iterator

from edgekit.bundle import Bundle

from ..sources.wearable.records import (
    CLOCK_SOURCES,
    FEATURES,
    NOT_MEASURED,
    RESET_CAUSES,
    Check,
)
from ..sources.wearable.usb_ports import UsbPort
from .judged import OK, Judged, error_words, passed, unmeasured
from .measure import Measured
from .sensor_lines import sensor_lines

CRYSTAL_PPM = 200.0  # docs/protocol.md: a clock that is further off is no crystal's
BATTERY_MV = (3500, 4300)  # firmware/src/battery.h: low; a charger's 4.2 V and the divider's error
STACK_LEAST_BYTES = 512
ERASE_MOST_MS = 400.0  # W25Q16JV; the nRF52840's is 85 ms


def judge(
    found: Measured,
    usb: UsbPort | None = None,
    bundle: Bundle | None = None,
    window_limit_ms: float | None = None,
    window_modelled_ms: float | None = None,
) -> list[Judged]:
    """Return one line for each figure; pure.

    `usb` is the port's USB device, `bundle` what should run, the times those of the build.
    """
    return [
        *sensor_lines(found),
        _flash(found),
        _crystal(found),
        _battery(found),
        *_line_lines(found, usb),
        _image(found, bundle),
        _window(found, window_limit_ms, window_modelled_ms),
        _stack(found),
        _last_start(found),
    ]


def judge_watchdog(took_s: float, answer: Check | None) -> Judged:
    """Judge a hang that the watchdog should have ended; pure."""
    expected = "a reset after 8 s, and the reason told (firmware/include/edgekit_hal.h)"
    if answer is None:
        saw = f"nothing spoke within {took_s:.0f} s of the hang"
        return passed("watchdog", False, saw, expected, "press reset; then run this again")
    if answer.error != OK:
        saw = f"the program hung for {answer.value / 1000:.0f} s, and nothing reset it"
        return passed("watchdog", False, saw, expected, "report it: this board loses nights")
    cause = cause_of(answer)
    saw = f"it spoke again after {took_s:.1f} s; started by: {cause}"
    return passed("watchdog", cause == "watchdog", saw, expected, "report it with this page")


def judge_answer(what: str, question: str, answer: bool | None) -> Judged:
    """Judge what a person saw; None: nobody was asked, or did not know."""
    if answer is None:
        return unmeasured(what, f"nobody answered: {question}")
    return passed(
        what, answer, f"{question} {'yes' if answer else 'no'}", "yes", "look at its wires"
    )


def cause_of(check: Check) -> str:
    """Return the words for why it started."""
    return RESET_CAUSES[check.value] if check.value < len(RESET_CAUSES) else str(check.value)


def _flash(found: Measured) -> Judged:
    expected = (
        f"a blank page written, read and erased in {ERASE_MOST_MS:g} ms at most (data sheets)"
    )
    flash = found.checks.get("flash")
    if flash is None or flash.error == NOT_MEASURED:
        why = "no answer" if flash is None else "no page is blank: its nights fill the flash"
        return unmeasured("flash", why, expected)
    if flash.error != OK:
        cure = "no night can be kept: another board"
        return passed("flash", False, error_words(flash.error), expected, cure)
    saw = f"a page written and read; erased in {flash.value / 1e3:.0f} ms"
    cure = "samples may be lost at each new page: report it"
    return passed("flash", flash.value / 1e3 <= ERASE_MOST_MS, saw, expected, cure)


def _crystal(found: Measured) -> Judged:
    expected = f"a crystal, within {CRYSTAL_PPM:g} ppm of this computer (20 to 50 by data sheet)"
    number = found.health[-1].clock_source if found.health else 0
    source = CLOCK_SOURCES[number] if number < len(CLOCK_SOURCES) else "unknown"
    drift = found.drift_ppm
    words = "" if drift is None else f"{drift[0]:+.0f} ppm, within {drift[1]:.0f}"
    if source == "rc":
        saw = "runs from RC: the crystal did not start" + (f"; {words}" if words else "")
        return passed("crystal", False, saw, expected, "take the power off, then on; else a board")
    if drift is None:
        return unmeasured("crystal", "its clock gave no answer", expected)
    if abs(drift[0]) - drift[1] > CRYSTAL_PPM:
        cure = "is this computer's clock being set just now? Run it again"
        return passed("crystal", False, words, expected, cure)
    if drift[1] > CRYSTAL_PPM:
        why = f"{source}; {words}, which says too little: a longer --seconds says more"
        return unmeasured("crystal", why, expected)
    return passed("crystal", True, f"{source}; {words}", expected, "")


def _battery(found: Measured) -> Judged:
    low_mv, full_mv = BATTERY_MV
    expected = f"{low_mv / 1e3:.1f} to {full_mv / 1e3:.1f} V of one lithium-polymer cell"
    if not has_feature(found, "battery"):
        return unmeasured("battery", "this board measures none", expected)
    millivolts = found.health[-1].battery_mv if found.health else 0
    if not millivolts:
        return unmeasured("battery", "no cell is seen", expected)
    cure = "charge it" if millivolts < low_mv else "measure it by hand before the next charge"
    saw = f"{millivolts / 1e3:.2f} V"
    return passed("battery", low_mv <= millivolts <= full_mv, saw, expected, cure)


def _line_lines(found: Measured, usb: UsbPort | None) -> Iterator[Judged]:
    line = found.checks.get("line")
    expected = "packets of 64 bytes answered both ways, no frame lost"
    if line is None:
        cure = "a USB packet of exactly 64 bytes is lost, or its end: report it"
        yield passed("line", False, "no answer to a packet of 64 bytes", expected, cure)
    else:
        saw = f"64 bytes both ways; {found.lost_frames} frames lost or damaged"
        yield passed("line", found.lost_frames == 0, saw, expected, "another cable or port")
    device_id = found.greeting.hello.device_id.hex()
    expected = f"serial number {device_id}, the chip's own"
    if usb is None or not usb.is_wearable:
        why = "this line is not the board's own USB"
        yield unmeasured(
            "USB", why if has_feature(found, "usb") else f"{why}: it has none", expected
        )
    else:
        saw = f"serial number {usb.serial_number}"
        same = (usb.serial_number or "").lower() == device_id
        yield passed("USB", same, saw, expected, "report it: the port cannot be followed by it")


def _image(found: Measured, bundle: Bundle | None) -> Judged:
    model = found.greeting.model
    saw = f"{model.name}, {model.digest[:12]}"
    if bundle is None:
        return unmeasured("image", f"{saw}; no bundle was given to compare")
    expected = f"{bundle.name}, {bundle.digest[:12]}"
    cure = "flash it: edgekit firmware flash --serial auto"
    return passed("image", model.digest == bundle.digest, saw, expected, cure)


def _window(found: Measured, limit_ms: float | None, modelled_ms: float | None) -> Judged:
    parts = [
        f"at most {limit_ms:.0f} ms, for which the sensor's FIFO waits" if limit_ms else "",
        f"{modelled_ms:.1f} ms modelled by the build" if modelled_ms else "",
    ]
    expected = "; ".join(filter(None, parts))
    window = found.checks.get("window")
    if window is None or window.error != OK:
        return unmeasured("window", "no window was complete", expected)
    took_ms = window.value / 1e3
    cure = "a smaller net: edgekit firmware size names what fits"
    return passed(
        "window", limit_ms is None or took_ms <= limit_ms, f"{took_ms:.1f} ms", expected, cure
    )


def _stack(found: Measured) -> Judged:
    expected = f"at least {STACK_LEAST_BYTES} bytes never used"
    stack = found.checks.get("stack")
    if stack is None or stack.error != OK:
        return unmeasured("stack", "this board does not know", expected)
    saw = f"{stack.value:,} bytes never used"
    cure = "report it: the build's bound of the stack is wrong"
    return passed("stack", stack.value >= STACK_LEAST_BYTES, saw, expected, cure)


def _last_start(found: Measured) -> Judged:
    expected = "by power, pin or software"
    check = found.checks.get("reset")
    if check is None or check.error != OK:
        return unmeasured("last start", "no answer", expected)
    cause = cause_of(check)
    cure = "reset it once, and run this again; if it comes back, report it with this page"
    return passed("last start", cause not in ("watchdog", "fault"), f"by {cause}", expected, cure)


def has_feature(found: Measured, name: str) -> bool:
    """Return whether the wearable says that it has this."""
    return bool(found.greeting.hello.features >> FEATURES.index(name) & 1)

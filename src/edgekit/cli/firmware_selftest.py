"""edgekit firmware selftest: what to measure first on a board, measured over its line."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit import __version__
from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import read_json

from .folders import IMAGES, own_bundle
from .options import BundleOption, JsonOption
from .output import print_json, print_progress, print_result, print_table
from .serial_port import chosen_port

if TYPE_CHECKING:
    from edgekit.device.selftest.judged import Judged
    from edgekit.device.selftest.measure import Measured, Measuring

MARKS = {"pass": "[green]pass[/green]", "fail": "[red]FAIL[/red]", "not measured": "not measured"}
LED = "does its light blink about every 10 s (docs/boards.md says what each sign means)?"
MOTOR = "did the motor run for a second?"


def selftest_command(
    serial: Annotated[
        str, typer.Option(metavar="PORT", help="The wearable's serial port; auto finds it.")
    ] = "auto",
    bundle: BundleOption = None,
    seconds: Annotated[
        float, typer.Option(help="Of listening; more says more of the clock.", min=1, max=600)
    ] = 20.0,
    watchdog: Annotated[
        bool, typer.Option("--watchdog", help="Hang it, too: the watchdog must restart it.")
    ] = False,
    motor: Annotated[
        bool, typer.Option("--motor", help="Let the motor run for a second, too.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a page (Markdown) to send back, with room for notes."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check a wearable over its line: sensor, bus, flash, clock, battery, USB.

    Exit code 1 if wrong. Lay the board still, and end edgekit monitor first. Stored nights are not
    touched; sampling pauses for a second, which is recorded as a gap.

    - `edgekit firmware selftest`
    - `edgekit firmware selftest --serial /dev/ttyACM0 --watchdog --out selftest.md`
    """
    from edgekit.device.selftest.judged import Result
    from edgekit.device.selftest.measure import Measuring
    from edgekit.device.selftest.page import page
    from edgekit.device.sources.wearable.greeting import greet
    from edgekit.device.sources.wearable.link import Link
    from edgekit.device.sources.wearable.serial_line import SerialLine

    _check_can_write(out)
    expected = _expected(bundle)
    port = chosen_port(serial)
    line = SerialLine(port)
    try:
        link = Link(line)
        greeting = greet(link)
        measuring = Measuring(link, greeting)
        found = measuring.measure(seconds, print_progress)
        lines = _judged(found, measuring, port, expected, watchdog, motor, may_ask=not json)
    finally:
        line.close()
    if json:
        print_json(
            "firmware selftest",
            ok=all(each.result is not Result.FAIL for each in lines),
            board=greeting.hello.board,
            device_id=greeting.hello.device_id.hex(),
            firmware_version=greeting.hello.firmware_version,
            bundle_digest=greeting.model.digest,
            checks=[
                {
                    "check": each.what,
                    "result": str(each.result),
                    "saw": each.saw,
                    "expected": each.expected or None,
                    "cure": each.cure or None,
                }
                for each in lines
            ],
        )
    else:
        _show(lines)
    if out is not None:
        _write(out, page(greeting, lines, port, __version__, datetime.now()))
        print_progress(f"{out}: a page to send back; what needs a meter is left to fill in")
    if any(each.result is Result.FAIL for each in lines):
        raise typer.Exit(1)


def _judged(
    found: "Measured",
    measuring: "Measuring",
    port: str,
    bundle: Bundle | None,
    watchdog: bool,
    motor: bool,
    may_ask: bool,
) -> "list[Judged]":
    """Return every line; the watchdog last, because it restarts the board."""
    from edgekit.device.selftest.judge import has_feature, judge, judge_answer, judge_watchdog
    from edgekit.device.selftest.judged import unmeasured
    from edgekit.device.sources.wearable.usb_ports import is_same, usb_ports

    usb = next((each for each in usb_ports() if is_same(each.name, port)), None)
    board = found.greeting.hello.board
    lines = judge(found, usb, bundle, *_window_ms(found.greeting.model.name, board))
    if has_feature(found, "led"):
        lines.append(judge_answer("light", LED, _asked(LED) if may_ask else None))
    else:
        lines.append(unmeasured("light", "this board has none"))
    if not has_feature(found, "motor"):
        lines.append(unmeasured("motor", "this board drives none"))
    elif not motor:
        lines.append(unmeasured("motor", "asked for by --motor"))
    else:
        measuring.ask("motor")
        lines.append(judge_answer("motor", MOTOR, _asked(MOTOR) if may_ask else None))
    if watchdog:
        print_progress("checking  the watchdog: the board hangs for 8 s, then starts anew")
        lines.append(judge_watchdog(*measuring.watchdog()))
    else:
        lines.append(
            unmeasured("watchdog", "asked for by --watchdog, because it restarts the board")
        )
    return lines


def _expected(bundle: Path | None) -> Bundle | None:
    """Return the bundle that should run: the one named, or one's own newest; None without any."""
    if bundle is not None:
        return load_bundle(bundle)
    try:
        return load_bundle(own_bundle())
    except UsageError:
        return None


def _window_ms(bundle: str, board: str) -> tuple[float | None, float | None]:
    """Return how long the sensor waits for a window, and how long one takes, by the image's build.

    None where no image of this bundle for this board is here, or it does not say.
    """
    try:
        window = read_json(IMAGES / f"{bundle}-{board}" / "image.json").get("window") or {}
    except EdgekitError:
        return None, None
    return window.get("limit_ms"), window.get("ms")


def _asked(question: str) -> bool | None:
    """Ask the person; None where nobody can be asked, or nothing was answered."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    print_progress(f"{question} y, n, or Enter to skip")
    try:
        answer = input().strip().lower()[:1]
    except EOFError:
        return None
    return {"y": True, "n": False}.get(answer)


def _check_can_write(out: Path | None) -> None:
    if out is not None and not out.parent.is_dir():
        raise UsageError(f"no folder {out.parent}: make it, or name another --out")
    if out is not None and out.is_dir():
        raise UsageError(f"{out} is a folder: --out names the page itself")


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text)
    except OSError as error:
        raise EdgekitError(f"{out} cannot be written: {error.strerror}") from None


def _show(lines: "list[Judged]") -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("", "check", "what was seen", "expected"):
        table.add_column(name, overflow="fold")
    between = "\n" if sys.stdout.isatty() else " "
    for line in lines:
        cure = f"{between}→ {line.cure}" if line.cure else ""
        cells = (line.saw + cure, line.expected)
        table.add_row(MARKS[line.result], line.what, *(cell.replace("[", r"\[") for cell in cells))
    print_table(table)
    count = [sum(line.result == name for line in lines) for name in MARKS]
    print_result(f"{count[0]} passed, {count[1]} failed, {count[2]} not measured")

"""A page of a self-test, in Markdown, that whoever has the board can send back."""

from collections.abc import Sequence
from datetime import datetime

from ..sources.wearable.greeting import Greeting
from .judged import Judged, Result

# What only a person with a meter sees: what, how, and what is expected, with its kind.
BY_HAND = (
    ("3V3 pin", "meter, volts, board on USB", "3.2 to 3.4 V (board's regulator)"),
    ("SDA and SCL at rest", "meter, volts", "as 3V3: lower says no pull-ups, or a short"),
    ("SDA to 3V3", "meter, ohms, without power", "2 to 10 kOhm (the breakout's pull-ups)"),
    ("INT1 while it measures", "meter, volts", "near 0 V, with short pulses three times a second"),
    ("current, worn, nobody on the line", "meter in the battery's lead, minutes",
     "XIAO: about 0.15 mA; Pico: 5 to 10 mA (estimated, docs/boards.md)"),
    ("current while `edgekit monitor` runs on USB", "USB meter", "not known: nobody measured it"),
    ("battery at its pads", "meter, volts", "as the line `battery`, within 0.13 V"),
    ("battery after a whole night", "meter, volts", "at least 3.5 V"),
)  # fmt: skip


def page(
    greeting: Greeting, lines: Sequence[Judged], port: str, edgekit_version: str, now: datetime
) -> str:
    """Return the page: what it is, each figure, and empty lines for what is measured by hand."""
    hello = greeting.hello
    count = {each: sum(line.result is each for line in lines) for each in Result}
    about = (
        ("board", hello.board),
        ("device id", hello.device_id.hex()),
        ("firmware", hello.firmware_version),
        ("bundle", f"{hello.bundle_name}, `{hello.bundle_digest.hex()}`"),
        ("edgekit", edgekit_version),
        ("port", port),
        ("date", f"{now:%Y-%m-%d %H:%M}"),
        ("starts so far", str(hello.boot_count)),
    )
    figures = [
        (line.what, line.result, line.saw + (f". **{line.cure}**" if line.cure else ""),
         line.expected)
        for line in lines
    ]  # fmt: skip
    return "\n".join(
        (
            f"# Self-test of a {hello.board}",
            "",
            f"{count[Result.PASS]} passed, {count[Result.FAIL]} failed, "
            f"{count[Result.NOT_MEASURED]} were not measured.",
            "",
            *_table(("", ""), about),
            "",
            "## Measured over the line",
            "",
            *_table(("figure", "result", "seen", "expected"), figures),
            "",
            "## Measured by hand",
            "",
            "Please fill in what you can; leave the rest empty.",
            "",
            *_table(("what", "how", "expected", "seen"), [(*each, "") for each in BY_HAND]),
            "",
            "Sensor breakout (maker, colour of the board, does its LED burn?):",
            "",
            "Wires (length, how they are joined):",
            "",
            "What was odd:",
            "",
        )
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table's lines; a cell cannot end it."""
    whole = [heads, ["---"] * len(heads), *rows]
    return [
        f"| {' | '.join(str(cell).replace('|', '/').replace(chr(10), ' ') for cell in row)} |"
        for row in whole
    ]

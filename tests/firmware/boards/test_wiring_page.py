"""docs/wiring-and-wearing.md and its drawing name the pins that the firmware uses."""

import re

from tests.helpers.command import REPOSITORY

PAGE = (REPOSITORY / "docs" / "wiring-and-wearing.md").read_text()
THERAPY = (REPOSITORY / "docs" / "positional-therapy.md").read_text()
DRAWING = (REPOSITORY / "docs" / "pictures" / "wiring-board.svg").read_text()
BOARDS = REPOSITORY / "firmware" / "boards"


def rows(column: int) -> dict[str, str]:
    """What is wired to each signal: a column of the page's tables of boards."""
    cells = (line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("|"))
    return {row[0]: row[column] for row in cells if len(row) == 3 and column < len(row)}


def motor_of(board: str) -> str:
    """The pin of a board's motor, as docs/positional-therapy.md names it."""
    (row,) = re.findall(rf"^\| {board} \| (\w+) \|", THERAPY, re.MULTILINE)
    return str(row)


def test_the_xiao_is_wired_as_its_header_says() -> None:
    header = (BOARDS / "xiao-nrf52840" / "wiring.h").read_text()
    pins = dict(re.findall(r"#define (\w+)_PIN\s+\d+u +/\* (D\d+) \*/", header))
    wired = rows(1)
    assert wired["SDA"] == pins["SDA"] and wired["SCL"] == pins["SCL"]
    assert wired["INT1"] == pins["INT1"]
    # The adapter's receiver hears the board's transmitter.
    assert wired["RX"] == f"TX, {pins['TXD']}" and wired["TX"] == f"RX, {pins['RXD']}"
    for pin in pins.keys() - {"MOTOR"}:
        assert pins[pin] in DRAWING
    assert motor_of("XIAO nRF52840") == pins["MOTOR"]


def test_the_pico_is_wired_as_its_source_says() -> None:
    source = "".join(path.read_text() for path in (BOARDS / "rp2").glob("*.c"))
    pins = {name: f"GP{pin}" for name, pin in re.findall(r"#define (\w+)_PIN\s+(\d+)u", source)}
    wired = rows(2)
    for signal in ("SDA", "SCL", "INT1"):
        assert wired[signal] == pins[signal]
    assert (wired["RX"], wired["TX"]) == (pins["TX"], pins["RX"])
    assert motor_of("Pico, Pico 2") == pins["MOTOR"]
    for signal in ("SDA", "SCL", "INT1", "RX", "TX"):  # the others lie on the board itself
        assert pins[signal] in DRAWING

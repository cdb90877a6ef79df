"""docs/wiring-and-wearing.md and its drawing name the pins that the firmware uses."""

import re
from xml.etree import ElementTree

import pytest

from edgekit.device.doctor.sensor import RATE_WITHIN
from edgekit.device.selftest.judge import CRYSTAL_PPM, ERASE_MOST_MS
from edgekit.device.selftest.sensor_lines import GRAVITY_G
from edgekit.device.sources.adxl345.registers import NOISE_MOST_G
from edgekit.device.sources.wearable.records import CHECK_TRANSFERS
from tests.helpers.command import REPOSITORY

PAGE = (REPOSITORY / "docs" / "wiring-and-wearing.md").read_text()
THERAPY = (REPOSITORY / "docs" / "positional-therapy.md").read_text()
DRAWING = (REPOSITORY / "docs" / "pictures" / "wiring-board.svg").read_text()
FIRST_HOUR = (REPOSITORY / "docs" / "first-hour-board.md").read_text()
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


SENSOR_X, BOARD_X = 130, 230  # the sensor's pins lie left of the first, the board's right


def drawn(board: str) -> dict[str, str]:
    """The board's pin at the end of each of the sensor's wires, by its drawing."""
    pictures = REPOSITORY / "docs" / "pictures"
    root = ElementTree.parse(pictures / f"board-{board}.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    labels, last = {}, None
    for shape in root.iter():
        if shape.tag == f"{space}circle":
            last = (float(shape.attrib["cx"]), float(shape.attrib["cy"]))
        elif shape.tag == f"{space}text" and last is not None:
            labels[last] = str(shape.text)
            last = None

    def nearest(x: float, y: float) -> str:
        at = min(labels, key=lambda place: abs(place[0] - x) + abs(place[1] - y))
        assert abs(at[0] - x) < 12 and abs(at[1] - y) < 1, f"a wire ends at {x}, {y}, at no pin"
        return labels[at]

    ends = {}
    for wire in root.iter(f"{space}path"):
        if "w " in wire.attrib["class"]:
            wires = strokes(wire.attrib["d"])
            (pin,) = {nearest(*stroke[-1]) for stroke in wires if stroke[-1][0] > BOARD_X}
            ends |= {nearest(*stroke[0]): pin for stroke in wires if stroke[0][0] < SENSOR_X}
    return ends


def strokes(path: str) -> list[list[tuple[float, float]]]:
    """The corners of each stroke of a path of M, H and V."""
    found: list[list[tuple[float, float]]] = []
    for command, first, second in re.findall(r"([MHV]) ?(\d+)(?: (\d+))?", path):
        if command == "M":
            found.append([(float(first), float(second))])
        else:
            x, y = found[-1][-1]
            found[-1].append((float(first), y) if command == "H" else (x, float(first)))
    return found


@pytest.mark.parametrize(("board", "column"), [("xiao", 1), ("pico", 2)])
def test_each_wire_of_the_drawing_of_a_board_ends_where_the_table_says(
    board: str, column: int
) -> None:
    wired, ends = rows(column), drawn(board)
    assert ends == {
        "VCC": wired["VCC, CS"], "CS": wired["VCC, CS"],
        "GND": wired["GND, SDO"], "SDO": wired["GND, SDO"],
        "SDA": wired["SDA"], "SCL": wired["SCL"], "INT1": wired["INT1"],
    }  # fmt: skip
    assert f"](pictures/board-{board}.svg)" in FIRST_HOUR


def test_the_checklist_expects_what_the_selftest_and_the_doctor_do() -> None:
    for figure in (
        f"below {1e3 * NOISE_MOST_G:.0f} mg",
        f"50 Hz within {RATE_WITHIN:.0%}".replace("%", " %"),
        f"within {CRYSTAL_PPM:.0f} ppm",
        f"erased in {ERASE_MOST_MS:.0f} ms at most",
        f"0 of {CHECK_TRANSFERS} transfers failed",
        "{:g} to {:g} g".format(*GRAVITY_G),
    ):
        assert figure in FIRST_HOUR, figure

"""Each header pin that a page or a drawing names is that one, by gpiozero's list of the Pi's."""

import re

import pytest
from gpiozero.pins.pi import PiBoardInfo

from tests.helpers.command import REPOSITORY

HEADER = PiBoardInfo.from_revision(0xC03111).headers["J8"]  # a Pi 4; the same since the Pi B+
DOCS = REPOSITORY / "docs"
DRAWING = (DOCS / "pictures" / "wiring-pi.svg").read_text()
MOTOR = (DOCS / "pictures" / "motor.svg").read_text()
PAIRS = re.compile(r"(3V3|3\.3 V|GND|ground|GPIO\d+)(?:, [A-Z]+)?[,:]?\s*\(?(?:header )?pin (\d+)|"
                   r"pin (\d+) \((3V3|GND|GPIO\d+)\)")  # fmt: skip


def name(words: str) -> str:
    return {"3.3 V": "3V3", "ground": "GND"}.get(words, words)


@pytest.mark.parametrize(
    "page", ["wiring-and-wearing.md", "raspberry-pi.md", "positional-therapy.md"]
)
def test_each_header_pin_on_a_page_is_what_it_is_called(page: str) -> None:
    text = (DOCS / page).read_text()
    text += DRAWING + MOTOR
    pairs = [(name(a or d), int(b or c)) for a, b, c, d in PAIRS.findall(text)]
    assert len(pairs) >= 6
    for called, pin in pairs:
        assert HEADER.pins[pin].name == called, f"{page}: pin {pin} is {HEADER.pins[pin].name}"


def test_a_pin_that_sensor_and_motor_both_take_has_a_way_out_on_each_page() -> None:
    sensor = set(re.findall(r"to pin (\d+) \(", DRAWING)) - {"11"}  # 11: INT1, optional
    motor = set(re.findall(r"\(pin (\d+)\)", MOTOR))
    assert sensor & motor == {"17"}
    for page in ("wiring-and-wearing.md", "positional-therapy.md"):
        text = " ".join((DOCS / page).read_text().split())
        assert "CS to VCC at the breakout" in text and "pin 17" in text, page


def test_both_pages_and_the_drawing_wire_the_bus_alike() -> None:
    for page in ("wiring-and-wearing.md", "raspberry-pi.md"):
        text = (DOCS / page).read_text()
        for signal, gpio, pin in (("SDA", 2, 3), ("SCL", 3, 5)):
            assert f"| {signal} | GPIO{gpio}, pin {pin} |" in text, page
            assert f"{signal} to pin {pin} (GPIO{gpio})" in DRAWING

"""A meter by a word: what is no meter's word is one line with an example."""

from pathlib import Path

import pytest

from edgekit.benchmarks.meters.meter import measure_power
from edgekit.errors import EdgekitError, UsageError


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("volts", r"no meter is called 'volts'. There are ina226:BUS:ADDRESS:OHMS"),
        ("rapl:0", "no meter is called 'rapl:0'"),
        ("ina226", r"it is ina226:BUS:ADDRESS:OHMS, as in ina226:/dev/i2c-1:0x40:0.1"),
        ("ina219:/dev/i2c-1:0x40", "as in ina219:/dev/i2c-1:0x40:0.1"),
        ("ina226:/dev/i2c-1:here:0.1", "it is ina226:BUS"),
        ("ina226:/dev/i2c-1:40:0.1", "address is from 0x40 to 0x4f"),
        ("ina226:/dev/i2c-1:0x50:0.1", "address is from 0x40 to 0x4f"),
        ("ina226:/dev/i2c-1:0x40:0", "ohms are more than 0"),
        ("ina226:/dev/i2c-1:0x40:nan", "ohms are more than 0"),
        ("csv:", "it is csv:FILE"),
        ("csv:a.csv:1.2.3", "it is csv:FILE"),
    ],
)
def test_a_word_that_is_no_meter_is_one_line_with_an_example(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        measure_power(spec, "monitoring", None)
    assert "\n" not in str(error.value)


def test_a_file_may_have_a_supply_and_a_span_behind_its_name(tmp_path: Path) -> None:
    path = tmp_path / "2026-01-01T12:00:00.csv"  # colons of its own
    path.write_text("time (s),current (mA)\n" + "".join(f"{s},{s}\n" for s in range(11)))
    whole = measure_power(f"csv:{path}:5", "wearable", None)
    assert whole.mean_w.median == pytest.approx(0.025)
    part = measure_power(f"csv:{path}:5.0:2-4", "wearable", None)
    assert (part.mean_w.median, part.seconds) == (pytest.approx(0.015), 2)
    with pytest.raises(EdgekitError, match="cannot be read"):
        measure_power(f"csv:{tmp_path / 'none.csv'}", "wearable", None)

"""Options whose value may be left out, and the values of monitor's own options."""

import math

import pytest

from edgekit.cli.monitor.night_options import seconds_of
from edgekit.cli.monitor.watching import check_pins, web_address
from edgekit.cli.optional_values import with_values
from edgekit.errors import UsageError

VALUES = {"--simulate": "ten-minutes.npz", "--web": "127.0.0.1"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--simulate", "--simulate ten-minutes.npz"),
        ("--simulate a.npz", "--simulate a.npz"),
        ("--simulate --bundle b", "--simulate ten-minutes.npz --bundle b"),
        ("--web --simulate", "--web 127.0.0.1 --simulate ten-minutes.npz"),
        ("--web=0.0.0.0 --bus 1", "--web=0.0.0.0 --bus 1"),
        ("--simulate -- --web", "--simulate ten-minutes.npz -- --web"),
        ("--bus 1", "--bus 1"),
    ],
)
def test_an_option_without_its_value_takes_the_usual_one(typed: str, meant: str) -> None:
    assert with_values(typed.split(), VALUES) == meant.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", ("127.0.0.1", 8642)),
        ("0.0.0.0:9000", ("0.0.0.0", 9000)),
        (":9000", ("127.0.0.1", 9000)),
        ("9000", ("127.0.0.1", 9000)),
        ("::1", ("::1", 8642)),
        ("[::1]:9000", ("::1", 9000)),
        ("[::1]", ("::1", 8642)),
        ("raspberrypi.local", ("raspberrypi.local", 8642)),
    ],
)
def test_a_dashboards_address_is_a_host_with_a_port_or_without(
    text: str, expected: tuple[str, int]
) -> None:
    assert web_address(text) == expected


@pytest.mark.parametrize(
    "text", ["127.0.0.1:", "a:b", "a:-1", "a:65536", "65536", "[::1]:x", "a:٣"]
)
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        web_address(text)


def test_a_duration_has_a_unit() -> None:
    assert [seconds_of(text) for text in ("8h", "90min", "1.5 h", "30s", "5m")] == [
        28_800.0, 5_400.0, 5_400.0, 30.0, 300.0,
    ]  # fmt: skip
    assert seconds_of(None) is None
    for text in ("8", "h", "nan h", "-1h", "0s", "8 days", "1e9h", "200h", "", "٣h"):
        with pytest.raises(UsageError, match="8h, 90min or 30s"):
            seconds_of(text)
    assert math.isfinite(seconds_of("168h") or math.nan)


def test_a_motor_without_an_alarm_is_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    check_pins(None, 18, None)
    assert "--alarm supine" in capsys.readouterr().err
    check_pins("supine", 18, None)
    check_pins("baseline", 18, None)
    check_pins(None, None, 17)
    assert not capsys.readouterr().err

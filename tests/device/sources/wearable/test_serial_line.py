"""A port that is not there, is taken, or goes."""

import termios
from pathlib import Path

import pytest
import serial

from edgekit.device.sources.wearable.serial_line import LineDroppedError, SerialLine
from edgekit.errors import EdgekitError, UsageError
from tests.helpers.fake_wearable import FakeWearable


def test_a_port_that_is_not_there_or_in_use_is_refused(fake: FakeWearable, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no serial port at"):
        SerialLine(str(tmp_path / "ttyNONE"))
    line = SerialLine(str(fake.path))
    with pytest.raises(EdgekitError, match="in use by another program"):
        SerialLine(str(fake.path))
    line.close()


def test_what_is_no_port_at_all_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "night.npz").touch()
    for path in (tmp_path, tmp_path / "night.npz", Path("/dev/null")):
        with pytest.raises(UsageError, match=rf"^{path} is no serial port: there "):
            SerialLine(str(path))


def test_the_bytes_before_a_port_fails_are_kept(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = SerialLine(str(fake.path))
    fake.write(b"z")
    waiting = property(lambda _: (_ for _ in ()).throw(OSError("gone")))
    monkeypatch.setattr(serial.Serial, "in_waiting", waiting)
    assert line.read() == b"z"
    line.close()


def test_a_port_that_goes_while_it_is_opened_is_tried_again(
    fake: FakeWearable, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = SerialLine(str(fake.path))

    def fail(*_: object) -> None:
        raise termios.error(5, "Input/output error")

    monkeypatch.setattr(termios, "tcflush", fail)
    with pytest.raises(LineDroppedError, match="Input/output error"):
        line.open()

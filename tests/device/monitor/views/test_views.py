"""Several views of one night."""

from collections.abc import Callable
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.device.monitor.views.terminal import PlainView
from edgekit.device.monitor.views.view import Views
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.recording import Recording
from tests.helpers.monitored import monitor


def test_a_view_that_goes_away_leaves_the_others_and_the_night(
    bundle: Bundle, lying: Callable[..., Recording], tmp_path: Path
) -> None:
    lines: list[str] = []

    def gone(_line: str) -> None:
        raise BrokenPipeError

    views = Views([PlainView(gone), PlainView(lines.append)])
    summary = monitor(Replay([lying("supine", "left")], FULL_SPEED), bundle, tmp_path / "a", views)
    assert summary.windows > 10
    assert any("stop" in line for line in lines)

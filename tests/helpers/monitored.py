"""A night recorded by a bundle's model."""

from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.device.decide.answer import BundleAnswer
from edgekit.device.monitor.monitor import record_night
from edgekit.device.monitor.result import MonitorResult
from edgekit.device.monitor.views.view import View
from edgekit.device.sources.source import Source


def monitor(
    source: Source, bundle: Bundle, night_path: Path, view: View | None = None
) -> MonitorResult:
    """Record a night of `source`, decided by `bundle` with no calibration and no alarm."""
    return record_night(source, BundleAnswer(bundle, source.about.exact_rate), night_path, view)

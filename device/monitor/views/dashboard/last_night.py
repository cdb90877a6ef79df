"""Last night: the chart of the newest finished night of a folder."""

from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.night.reader import open_night

from .chart import chart_of


class LastNight:
    """Reads a night once, and again only when another is newest."""

    def __init__(self, nights: Path, subject: str | None = None) -> None:
        """`subject`: whose nights; everybody's where None."""
        self._nights, self._subject = nights, subject
        self._seen: tuple[Path, int] | None = None
        self._drawn: dict[str, Any] | None = None

    def draw(self) -> dict[str, Any] | None:
        """Return what the page's chart is drawn from; None where no night is finished."""
        dated = sorted(_by_time(self._nights), reverse=True)
        for modified_ns, path in dated:
            if (path, modified_ns) == self._seen:
                return self._drawn
            try:
                with open_night(path) as night:
                    decisions = night.decisions()
                    is_theirs = self._subject in (None, night.meta.subject)
                    if is_theirs and night.ended_well and len(decisions):
                        drawn = chart_of(night, decisions)
                        self._seen, self._drawn = (path, modified_ns), drawn
                        return drawn
            except EdgekitError:  # not a night, or damaged: the one before it, then
                continue
        return None


def _by_time(nights: Path) -> list[tuple[int, Path]]:
    """Return when each night was last written, in ns, and its path."""
    dated = []
    for path in nights.glob("*.night"):
        try:
            dated.append((path.stat().st_mtime_ns, path))
        except OSError:  # deleted meanwhile
            continue
    return dated

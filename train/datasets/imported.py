"""Imported: the Recordings of one file, and how it was understood."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ, YEAR_2100_S

from .lines import BadLines, describe
from .split_at_gaps import without_zeros

NO_ACCELERATION = "without acceleration (0, 0, 0)"
NO_CLOCK = "at a rate or a date that cannot be"


@dataclass(frozen=True)
class Imported:
    """What a file holds, in the words of the import's table."""

    recordings: list[Recording]
    unit: str  # of the acceleration in the file, with where it is known from
    layout: str  # the format
    gaps: int
    left_out: BadLines  # cause -> rows or blocks
    notes: tuple[str, ...] = ()  # what is doubtful or worth to know

    def check(self, path: Path) -> None:
        """Raise EdgekitError where nothing is left."""
        if not self.recordings:
            why = describe(self.left_out)
            raise EdgekitError(f"{path} holds no samples that a sensor measured ({why})")

    def measured(self) -> "Imported":
        """Return it without what no sensor measures: 0, 0, 0, and impossible rates and dates."""
        possible = [each for each in self.recordings if _is_possible(each)]
        impossible = sum(map(len, self.recordings)) - sum(map(len, possible))
        recordings, zeros = without_zeros(possible)
        if not zeros and not impossible:
            return self
        cuts = len(recordings) - len(self.recordings)
        return replace(
            self,
            recordings=recordings,
            gaps=max(0, self.gaps + cuts),
            left_out=self.left_out + Counter({NO_ACCELERATION: zeros, NO_CLOCK: impossible}),
        )


def _is_possible(recording: Recording) -> bool:
    is_rate = LOWEST_HZ <= recording.rate_hz <= HIGHEST_HZ
    return is_rate and abs(recording.start_s) <= YEAR_2100_S


def of_set(
    recordings: Sequence[Recording], unit: str, layout: str, left_out: BadLines, *notes: str
) -> Imported:
    """Return what a file of a public set holds, of which each recording but one ends at a gap."""
    if "by gravity" in unit:
        notes = (f"its samples are in {unit}, which the set is not", *notes)
    return Imported(list(recordings), unit, layout, len(recordings) - 1, left_out, notes)

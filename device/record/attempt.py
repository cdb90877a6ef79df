"""Attempt: the samples of one step while it is recorded, settling first, then labelled."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import UNLABELLED

from .protocol import Step

SHORTEST_S = 2.0  # between two gaps: a shorter stretch holds no window


@dataclass(frozen=True, eq=False)
class Piece:
    """Samples in a row of one step, all labelled or none."""

    xyz_g: NDArray[np.float32]  # (n, 3)
    start_s: float
    rate_hz: float
    label: int  # index into the protocol's labels, or UNLABELLED
    placement: str
    follows: bool  # the samples before it without a gap

    @property
    def duration_s(self) -> float:
        return len(self.xyz_g) / self.rate_hz


@dataclass
class Attempt:
    """One try at a step; a long gap makes the step begin again with a new one."""

    step: Step
    label: int
    rate_hz: float
    pieces: list[Piece] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._settling = round(self.step.settle_s * self.rate_hz)  # samples to come
        self._recording = round(self.step.seconds * self.rate_hz)
        self._run = 0  # labelled samples since the last gap

    @property
    def is_settling(self) -> bool:
        return self._settling > 0

    @property
    def left_s(self) -> float:
        """Seconds until it has settled, or is complete."""
        return (self._settling or self._recording) / self.rate_hz

    @property
    def is_complete(self) -> bool:
        return not self._settling and not self._recording

    def take(
        self, xyz_g: NDArray[np.float32], start_s: float, rate_hz: float, follows: bool
    ) -> int:
        """Take as many samples of (n, 3) as belong to the present phase; return their number."""
        count = min(len(xyz_g), self._settling or self._recording)
        label = UNLABELLED if self._settling else self.label
        piece = Piece(xyz_g[:count], start_s, rate_hz, label, self.step.placement, follows)
        self.pieces.append(piece)
        if self._settling:
            self._settling -= count
        else:
            self._recording -= count
            self._run += count
        return count

    def break_off(self) -> None:
        """Note a gap. Labelled samples since the gap before it are dropped where they are few."""
        if self._run < SHORTEST_S * self.rate_hz:
            while self._run:
                self._run -= len(self.pieces[-1].xyz_g)
                self._recording += len(self.pieces.pop().xyz_g)
        self._run = 0

    def labelled_g(self) -> NDArray[np.float32]:
        """Return the labelled samples (n, 3)."""
        return np.concatenate([p.xyz_g for p in self.pieces if p.label != UNLABELLED])

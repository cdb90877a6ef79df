"""How often an answer was right, beside how sure the model is: for people, never for decisions.

Measured on whole simulated nights of people who were in no training (docs/plausibility.md). A
decision and a night keep the model's own probabilities; these corrections are made where they are
shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.night.night import WORN, Decisions
from edgekit.spec import Spec

# Of the smoothed posture among twelve: the model's probability, and the share that was right.
# Of 229 nights of 3 h (seeds 200 to 276); 60 nights of 8 h of others (seeds 100 to 119) lie within
# 0.025 of it in each bin.
POSTURE_RIGHT = (
    (0.0, 0.083), (0.34, 0.33), (0.47, 0.40), (0.55, 0.50), (0.75, 0.55), (0.86, 0.59),
    (0.93, 0.60), (0.97, 0.63), (0.986, 0.69), (0.9935, 0.94), (1.0, 0.94),
)  # fmt: skip
MOST_SHOWN = 0.99  # more is shown as "> 99 %": nothing measured here is certain

# A placement is shown once SURE_SHARE of the worn windows, each by itself, were read as it.
SURE_SHARE = 0.8
SURE_AFTER_MIN = 10.0
# So read it was in 272 of those 289 nights, and right in all of them. With 97 people and no error,
# the share that is right is above this with 95 % confidence.
SURE_RIGHT = 0.97


@dataclass(frozen=True)
class PlacementAnswer:
    """Where the sensor is worn, as the windows of a night read it."""

    name: str
    share: float  # of the worn windows that read it, each by itself
    right: float | None  # how often such an answer is right; None where that was not measured

    @property
    def words(self) -> str:
        if self.right is None:
            return self.name
        return f"{self.name} (right in {100 * self.right:.0f} of 100 simulated nights)"


def posture_right(confidence: ArrayLike, spec: Spec) -> NDArray[np.float64]:
    """Return how often answers with this confidence (...,) were right.

    Where that was not measured, as of activities, the confidence itself.
    """
    stated = np.asarray(confidence, np.float64)
    if not spec.has_body_axes:
        return stated
    knots, right = zip(*POSTURE_RIGHT, strict=True)
    return np.asarray(np.interp(stated, knots, right))


def percent_text(share: float) -> str:
    """Return a confidence as text: 94 %, or > 99 %; never 100 %."""
    return "> 99 %" if share > MOST_SHOWN else f"{100 * share:.0f} %"


def placement_answer(votes: NDArray[np.integer], spec: Spec) -> PlacementAnswer | None:
    """Return the placement that is sure by `votes` (placements,), of worn windows; None else.

    Without body axes it was not measured how often that is right; a single place is no answer.
    """
    total = int(votes.sum())
    if len(spec.placements) < 2 or total * spec.hop_s < 60 * SURE_AFTER_MIN:
        return None
    top = int(votes.argmax())
    share = float(votes[top]) / total
    if share < SURE_SHARE:
        return None
    return PlacementAnswer(spec.placements[top], share, SURE_RIGHT if spec.has_body_axes else None)


def placement_votes(decisions: Decisions, spec: Spec) -> NDArray[np.int64]:
    """Count the worn windows that read each placement (placements,), each by itself."""
    # What a wearable stored by itself has no movement, and its placements are smoothed already.
    counted = (decisions.state == WORN) & np.isfinite(decisions.movement_g)
    read = decisions.raw_placement[counted]
    return np.bincount(read, minlength=len(spec.placements))

"""PlausibilityWatch: look at a night's samples and decisions as they come, and say what is wrong.

The monitor asks it while a night is recorded, whatever the source; the report asks it of any night.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from edgekit.calibration import Calibration
from edgekit.doubt import Doubt, DoubtKind, united
from edgekit.misfits import misfits
from edgekit.night.night import OFF, Decisions, HealthRow
from edgekit.night.reader import Night
from edgekit.recording_doubts import CLIPPED_SHARE, clipped_text
from edgekit.spec import UNLABELLED, Spec

from .body import LEAST_LIVE_S, LEAST_S, body_doubts, unit_doubts
from .epochs import EPOCH_S, EpochCounter, Epochs

SLOW = 0.9  # of the model's rate: below it fast movements are missing
LEAST_AGREEMENT = 0.5  # share of labelled windows decided as labelled
LEAST_LABELLED = 20  # windows
GUESSING = 1.5  # times the share that a guess among the labels reaches
# These are judged again from the samples and decisions of any night.
JUDGED = frozenset({DoubtKind.AXES, DoubtKind.NOT_A_NIGHT, DoubtKind.RATE, DoubtKind.AGREEMENT})


class PlausibilityWatch:
    """Gathers what is needed to judge a night; `doubts` judges what came so far."""

    def __init__(self, spec: Spec, calibration: Calibration | None = None) -> None:
        self._spec, self._calibration = spec, calibration
        self._epochs = EpochCounter()
        self._at_s: list[NDArray[np.float64]] = []  # of the decisions
        self._is_off: list[NDArray[np.bool_]] = []
        self._labelled = self._agreed = 0
        self._clipped = self._samples = 0
        self._slowest_hz = np.inf
        self._known: tuple[Doubt, ...] = ()

    def know(self, doubts: tuple[Doubt, ...]) -> None:
        """Add doubts that the samples do not show, such as the source's."""
        self._known = united(self._known, doubts)

    def know_source(self, labelled_s: Mapping[str, float], placements: tuple[str, ...]) -> None:
        """Compare what is known of the recordings with the model's labels and placements."""
        self.know(misfits(self._spec, labelled_s, placements))

    def add_samples(self, xyz_g: NDArray[np.float32], start_s: float, rate_hz: float) -> None:
        """Add samples (n, 3) in the sensor's axes."""
        if self._calibration:
            xyz_g = self._calibration.apply(xyz_g)
        self._epochs.push(xyz_g, start_s, rate_hz)
        self._slowest_hz = min(self._slowest_hz, rate_hz)

    def add_decisions(self, decisions: Decisions) -> None:
        known = decisions.truth != UNLABELLED
        self._labelled += int(known.sum())
        self._agreed += int((known & (decisions.posture == decisions.truth)).sum())
        self._at_s.append(decisions.start_s)
        self._is_off.append(decisions.state == OFF)

    def add_health(self, health: HealthRow) -> None:
        self._clipped += health.clipped
        self._samples += health.samples

    def add_night(self, night: Night, decisions: Decisions) -> None:
        """Add all of a night that was recorded before, and its doubts."""
        for samples in night.samples():
            self.add_samples(samples.xyz_g, samples.start_s, samples.rate_hz)
        self.add_decisions(decisions)
        for row in night.health():
            self.add_health(row)
        stored = night.meta.doubts
        if night.has_samples:
            stored = tuple(doubt for doubt in stored if doubt.kind not in JUDGED)
        self.know(stored)

    def doubts(self, is_over: bool) -> tuple[Doubt, ...]:
        """Return the doubts so far, the gravest first. A night that goes on is judged later."""
        return united(self._known, self._judged(is_over))

    def _judged(self, is_over: bool) -> Iterator[Doubt]:
        epochs = self._epochs.epochs()
        has_gravity = True
        if len(epochs) * EPOCH_S >= LEAST_S:
            unit = list(unit_doubts(epochs))
            yield from unit
            has_gravity = not unit
        if has_gravity:  # else what follows would be judged in a wrong unit
            if self._clipped > CLIPPED_SHARE * max(self._samples, 1):
                share = 100 * self._clipped / self._samples
                yield Doubt(DoubtKind.CLIPPED, clipped_text(share))
            worn = self._worn(epochs)
            least_s = LEAST_S if is_over else LEAST_LIVE_S
            if self._spec.has_body_axes and len(worn) * EPOCH_S >= least_s:
                yield from body_doubts(worn)
        if self._slowest_hz < SLOW * self._spec.rate_hz:
            text = (
                f"sampled at {self._slowest_hz:.3g} Hz, where the model learned "
                f"{self._spec.rate_hz:g} Hz: fast movements are missing. Record at "
                f"{self._spec.rate_hz:g} Hz, or choose another model with --bundle"
            )
            yield Doubt(DoubtKind.RATE, text)
        yield from self._on_agreement()

    def _worn(self, epochs: Epochs) -> Epochs:
        """Return the epochs whose nearest decision does not have the sensor off the body."""
        if not any(map(len, self._at_s)):
            return epochs
        at_s, is_off = np.concatenate(self._at_s), np.concatenate(self._is_off)
        self._at_s, self._is_off = [at_s], [is_off]
        order = np.argsort(at_s, kind="stable")
        nearest = np.searchsorted(at_s[order], epochs.start_s).clip(max=len(at_s) - 1)
        worn = ~is_off[order][nearest]
        return Epochs(epochs.start_s[worn], epochs.mean_g[worn], epochs.moved_g[worn])

    def _on_agreement(self) -> Iterator[Doubt]:
        if self._labelled < LEAST_LABELLED:
            return
        share = self._agreed / self._labelled
        if share < LEAST_AGREEMENT:
            is_guess = share < GUESSING / len(self._spec.postures)
            text = (
                f"only {100 * share:.0f} % of {self._labelled:,} labelled windows were decided as "
                f"labelled{', no better than guessing' if is_guess else ''}: the axes, the unit, "
                "the labels or the model are not what they should be"
            )
            yield Doubt(DoubtKind.AGREEMENT, text)


def doubts_of(night: Night, decisions: Decisions) -> tuple[Doubt, ...]:
    """Return the doubts of a night that was recorded, by its samples and what it says of itself."""
    watch = PlausibilityWatch(night.spec, night.meta.calibration)
    watch.add_night(night, decisions)
    return watch.doubts(is_over=True)

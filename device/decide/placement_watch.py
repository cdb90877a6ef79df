"""Watch whether the sensor stays where the night began: recognised elsewhere, or slipped."""

import numpy as np
from numpy.typing import NDArray

from edgekit.night.events import EventKind
from edgekit.night.night import WORN, Decisions, Event
from edgekit.spec import POSTURE_GROUPS, Spec, posture_group, turn_deg

# Minutes worn in a posture to know it, and minutes that differ, before an event.
KNOWN_MIN = LASTS_MIN = 10
MOVED_POSTURES = 2  # a net may take one posture of a person for another place
SLIPPED_DEG = 20.0  # of the head-ward tilt, from that of the same posture before
SLIPPED_BOUTS = 3  # a propped-up wearer is so in a posture or two; a slip outlasts turns


class PlacementWatch:
    """Turn decisions and their windows' gravity into events, checked once a minute of windows.

    'placement': for 10 min, the placement in two of the four postures has differed from the usual
    one for the same posture, and in no posture agreed. Compared per posture because the net
    confuses posture with placement for many minutes together; two must agree on the new place.
    'slipped': for 10 min and over turns, the tilt towards the head has differed by 20 degrees from
    that of the same posture before. Not detected: a slip about the body's long axis, which looks
    like another posture, and a turn of the sensor while the wearer lies still. A bed whose head is
    raised for the rest of the night looks the same as a slip.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._minute = max(1, round(60 / spec.hop_s))  # windows
        self._worn: list[tuple[float, int, int, float]] = []  # at, placement, group, tilt
        self._bout, self._group = 0, -1  # number of the bout, and its posture group
        self._forget_places()
        self._forget_tilts()

    def push(self, decisions: Decisions, gravity_g: NDArray[np.floating]) -> list[Event]:
        """Return the events of k decisions in a row; `gravity_g` (k, 3) in body axes."""
        events: list[Event] = []
        length = np.maximum(np.linalg.norm(gravity_g, axis=1), 1e-6)
        tilt_deg = np.degrees(np.arcsin(np.clip(gravity_g[:, 1] / length, -1, 1)))
        group = np.zeros(len(decisions), np.int64)
        if self._spec.has_body_axes:
            group = posture_group(decisions.torso_angle_deg)
        for index in np.flatnonzero(decisions.state == WORN):
            self._worn.append(
                (
                    float(decisions.start_s[index]),
                    int(decisions.placement[index]),
                    int(group[index]),
                    float(tilt_deg[index]),
                )
            )
            if len(self._worn) == self._minute:
                events += self._check_minute()
                self._worn = []
        return events

    def _check_minute(self) -> list[Event]:
        at_s, placement, group, tilt_deg = map(np.array, zip(*self._worn, strict=True))
        end_s = float(at_s[-1] + self._spec.window_s)
        posture = _most(group)
        if posture != self._group:
            self._bout += 1
            self._group = posture
        changes = [(EventKind.PLACEMENT, self._moved(posture, _most(placement)))]
        if self._spec.has_body_axes:
            tilt = float(np.median(tilt_deg[group == posture]))
            changes.append((EventKind.SLIPPED, self._slipped(posture, tilt)))
        return [Event(end_s, kind, detail) for kind, detail in changes if detail is not None]

    def _moved(self, group: int, placement: int) -> str | None:
        known = self._places[group]
        if len(known) < KNOWN_MIN:
            known.append(placement)
            return None
        usual = _most(np.array(known))
        if known.count(usual) < KNOWN_MIN - 1:  # the net itself is undecided
            return None
        if placement == usual:  # this posture agrees, so others are the net's error
            self._forget_elsewhere()
            return None
        if not self._elsewhere[placement].lasts_with(group, self._bout):
            return None
        self._forget_places()
        return (
            f"recognised at the {self._spec.placements[placement]} for {LASTS_MIN} min, "
            "unlike before in the same postures"
        )

    def _slipped(self, group: int, tilt_deg: float) -> str | None:
        known = self._tilts[group]
        if len(known) < KNOWN_MIN:
            known.append(tilt_deg)
            return None
        change_deg = float(turn_deg(tilt_deg - np.median(known)))
        if abs(change_deg) <= SLIPPED_DEG:
            self._tilted.forget(group)
            return None
        if not self._tilted.lasts_with(group, self._bout):
            return None
        self._forget_tilts()
        return (
            f"lying ({POSTURE_GROUPS[group]}), the sensor is tilted by {abs(change_deg):.0f} "
            f"degrees more to the {'head' if change_deg > 0 else 'foot'} than before: it slipped, "
            "or the bed's head was raised"
        )

    def _forget_places(self) -> None:
        self._places: list[list[int]] = [[] for _ in POSTURE_GROUPS]  # first minutes, by group
        self._forget_elsewhere()

    def _forget_elsewhere(self) -> None:
        self._elsewhere = [_Outliers(least_groups=MOVED_POSTURES) for _ in self._spec.placements]

    def _forget_tilts(self) -> None:
        self._tilts: list[list[float]] = [[] for _ in POSTURE_GROUPS]
        self._tilted = _Outliers(least_bouts=SLIPPED_BOUTS)


class _Outliers:
    """Minutes that disagree with their posture group's first minutes."""

    def __init__(self, least_groups: int = 1, least_bouts: int = 1) -> None:
        self._least_groups, self._least_bouts = least_groups, least_bouts
        self._bouts: list[list[int]] = [[] for _ in POSTURE_GROUPS]  # the bout of each minute

    def lasts_with(self, group: int, bout: int) -> bool:
        """Add a minute; return whether they now last long enough."""
        self._bouts[group].append(bout)
        minutes = [bout for bouts in self._bouts for bout in bouts]
        return (
            len(minutes) >= LASTS_MIN
            and len(set(minutes)) >= self._least_bouts
            and sum(map(bool, self._bouts)) >= self._least_groups
        )

    def forget(self, group: int) -> None:
        self._bouts[group] = []


def _most(values: NDArray[np.int64]) -> int:
    return int(np.bincount(values).argmax())

"""View: shows a night while it is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from edgekit.doubt import Doubt
from edgekit.night.night import Decisions, Event, HealthRow

from ...decide.answer import Model
from ...decide.reliability import PlacementAnswer
from ...sources.source import About
from ..alarm import TherapyStatus


@dataclass(frozen=True)
class Moment:
    """The state of a night after a chunk."""

    at_s: float  # UTC of the newest sample
    rate_hz: float
    recorded_s: float  # of samples, gaps left out
    decisions: Decisions | None  # the newest, at least one; None before the first window
    therapy: TherapyStatus | None = None  # None where nothing is treated
    placement: PlacementAnswer | None = None  # None while it is not sure


class View(Protocol):
    """Shows a running night.

    The monitor calls it on its own thread, so each method must return at once. One that raises
    OSError, as its terminal or pipe went away, is not called again and the night goes on; any other
    error ends the night.
    """

    def on_start(self, model: Model, about: About) -> None:
        """Called once, before the source is asked for its first chunk."""
        ...

    def on_event(self, event: Event) -> None:
        """Called for each event, as it is written; also before the first sample."""
        ...

    def on_health(self, health: HealthRow) -> None:
        """Called after each flush, with the counts since the one before."""
        ...

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        """Called where the doubts about the night have changed, with all of them."""
        ...

    def on_moment(self, moment: Moment) -> None:
        """Called after each chunk, once there are samples; also while a live source waits."""
        ...


class Views:
    """Several views as one, which never raises OSError: a view that does is dropped."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = list(views)

    def on_start(self, model: Model, about: About) -> None:
        self._each(lambda view: view.on_start(model, about))

    def on_event(self, event: Event) -> None:
        self._each(lambda view: view.on_event(event))

    def on_health(self, health: HealthRow) -> None:
        self._each(lambda view: view.on_health(health))

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        self._each(lambda view: view.on_doubts(doubts))

    def on_moment(self, moment: Moment) -> None:
        self._each(lambda view: view.on_moment(moment))

    def _each(self, notify: Callable[[View], None]) -> None:
        for view in list(self._views):
            try:
                notify(view)
            except OSError:
                self._views.remove(view)

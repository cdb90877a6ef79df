"""Views: several looks at one night, of which any may go away."""

from collections.abc import Callable, Sequence

from edgekit.night.night import Event, HealthRow

from ...decide.answer import Model
from ...sources.source import About
from .view import Moment, View


class Views:
    """Tells each view; one whose terminal, pipe or socket went away is told no more."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = list(views)

    def begin(self, model: Model, about: About) -> None:
        self._each(lambda view: view.begin(model, about))

    def tell(self, event: Event) -> None:
        self._each(lambda view: view.tell(event))

    def check(self, health: HealthRow) -> None:
        self._each(lambda view: view.check(health))

    def show(self, moment: Moment) -> None:
        self._each(lambda view: view.show(moment))

    def _each(self, act: Callable[[View], None]) -> None:
        for view in list(self._views):
            try:
                act(view)
            except OSError:
                self._views.remove(view)

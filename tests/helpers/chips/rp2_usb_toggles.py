"""Which data toggle each endpoint must have next, from what the host asked for (USB 2.0, 8.6)."""

from collections.abc import Callable

_SET_CONFIGURATION, _CLEAR_FEATURE, _SET_INTERFACE = (0, 9), (2, 1), (1, 11)
_DATA_INTERFACE = 1


class Toggles:
    """By an endpoint's number and whether it is IN.

    Those of other endpoints than 0 are known from a SET_CONFIGURATION on, but for requests that
    begin them anew until their status stage: a host must not use them before. A request of that
    kind that was broken off leaves them unknown.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._next: dict[tuple[int, bool], int] = {}
        self._pending: bytes | None = None  # a request that begins endpoints anew
        self._is_known = False

    def is_right(self, endpoint: int, is_in: bool, toggle: int) -> bool:
        """Whether a packet may have this toggle; True where that is not known."""
        is_known = not endpoint or (self._is_known and self._pending is None)
        return not is_known or toggle == self._next.get((endpoint, is_in), 0)

    def moved(self, endpoint: int, is_in: bool, toggle: int) -> None:
        """Count a packet that was acknowledged."""
        self._next[endpoint, is_in] = toggle ^ 1

    def begin_status(self) -> None:
        """A status stage is DATA1 in either direction."""
        self._next[0, True] = self._next[0, False] = 1

    def setup(self, data: bytes) -> None:
        """See a SETUP: it begins endpoint 0 at DATA1."""
        self._next[0, True] = self._next[0, False] = 1
        self._is_known = self._is_known and self._pending is None
        begins = (_SET_CONFIGURATION, _CLEAR_FEATURE, _SET_INTERFACE)
        self._pending = data if (data[0], data[1]) in begins else None

    def end_status(self) -> None:
        """See the end of a status stage to the host: the request has been carried out."""
        data, self._pending = self._pending, None
        if data is None:
            return
        if (data[0], data[1]) == _SET_CONFIGURATION:
            self._is_known = data[2] != 0
            self._begin(lambda _endpoint, _is_in: True)
        elif (data[0], data[1]) == _CLEAR_FEATURE:
            self._begin(lambda endpoint, is_in: data[4] == endpoint | 0x80 * is_in)
        else:
            number = 2 if data[4] == _DATA_INTERFACE else 1
            self._begin(lambda endpoint, _is_in: endpoint == number)

    def _begin(self, is_meant: Callable[[int, bool], bool]) -> None:
        for endpoint, is_in in list(self._next):
            if endpoint and is_meant(endpoint, is_in):
                self._next[endpoint, is_in] = 0

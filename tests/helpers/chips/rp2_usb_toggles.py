"""Which data toggle each endpoint must have next, from what the host asked for (USB 2.0, 8.6)."""

from collections.abc import Callable

_SET_CONFIGURATION, _CLEAR_FEATURE, _SET_INTERFACE = (0, 9), (2, 1), (1, 11)
_DATA_INTERFACE = 1


class Toggles:
    """`expected`: by an endpoint's number and whether it is IN."""

    def __init__(self) -> None:
        self._next: dict[tuple[int, bool], int] = {}

    def expected(self, endpoint: int, is_in: bool) -> int:
        return self._next.get((endpoint, is_in), 0)

    def moved(self, endpoint: int, is_in: bool) -> None:
        """Count a packet that was acknowledged."""
        self._next[endpoint, is_in] = self.expected(endpoint, is_in) ^ 1

    def begin_status(self) -> None:
        """A status stage is DATA1 in either direction."""
        self._next[0, True] = self._next[0, False] = 1

    def setup(self, data: bytes) -> None:
        """See a SETUP: it begins endpoint 0 at DATA1, and others where it asks for that."""
        self._next[0, True] = self._next[0, False] = 1
        request = data[0], data[1]
        if request == _SET_CONFIGURATION:
            self._begin(lambda _endpoint, _is_in: True)
        elif request == _CLEAR_FEATURE:
            self._begin(lambda endpoint, is_in: data[4] == endpoint | 0x80 * is_in)
        elif request == _SET_INTERFACE:
            number = 2 if data[4] == _DATA_INTERFACE else 1
            self._begin(lambda endpoint, _is_in: endpoint == number)

    def reset(self) -> None:
        self._next.clear()

    def _begin(self, is_meant: Callable[[int, bool], bool]) -> None:
        for endpoint, is_in in list(self._next):
            if endpoint and is_meant(endpoint, is_in):
                self._next[endpoint, is_in] = 0

"""Look a name up; an unknown one is answered with the nearest and with all that there are."""

from collections.abc import Iterable
from difflib import get_close_matches

from edgekit.errors import UsageError


def pick(kind: str, name: str, known: Iterable[str]) -> str:
    """Return `name` if it is among `known`.

    Raises UsageError otherwise; `kind` is the word for what was asked for, such as "net".
    """
    names = list(known)
    if name in names:
        return name
    nearest = get_close_matches(str(name), names, n=1)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    raise UsageError(f"no {kind} is called {name!r}.{hint} There are: {', '.join(names)}")

"""The name that a compiled model has in C: of its file, or as the user wants it."""

import re

from edgekit.errors import UsageError

LONGEST = 40
# Words of C and C++, and headers that a file of that name would hide.
_WORDS = """
auto bool break case catch char class const constexpr continue decltype default delete do double
else enum explicit export extern false float for friend goto if inline int long mutable namespace
new noexcept nullptr operator private protected public register restrict return short signed sizeof
static struct switch template this throw true try typedef typename union unsigned using virtual void
volatile wchar_t while main nn
arduino assert complex ctype errno fenv float inttypes iso646 limits locale math memory setjmp
signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string tgmath threads time uchar
wchar wctype
"""
_TAKEN = frozenset(_WORDS.split())


def c_name(stem: str) -> str:
    """Return a file's name as an identifier of C."""
    name = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_").lower()[:LONGEST].strip("_")
    if not name or name[0].isdigit() or name in _TAKEN:
        name = f"model_{name}".rstrip("_") if name not in _TAKEN else f"{name}_model"
    return name[:LONGEST].rstrip("_")


def checked_name(name: str) -> str:
    """Return the name; raises UsageError where it is no identifier, or taken."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or len(name) > LONGEST:
        raise UsageError(
            f"{name!r} is no name for C: it takes letters, digits and _, a letter first, at most "
            f"{LONGEST}"
        )
    if name.lower() in _TAKEN:
        raise UsageError(
            f"{name!r} is a word of C or one of its headers: give another --name, such as "
            f"{name}_model"
        )
    return name

"""The name that a compiled model has in C: of its file, or as the user wants it."""

import re

from edgekit.errors import UsageError

LONGEST = 40
# Words of C and C++, headers that a file of that name would hide, and what the build systems call
# targets of their own.
_WORDS = """
auto bool break case catch char class const constexpr continue decltype default delete do double
else enum explicit export extern false float for friend goto if inline int long mutable namespace
new noexcept nullptr operator private protected public register restrict return short signed sizeof
static struct switch template this throw true try typedef typename union unsigned using virtual void
volatile wchar_t while main nn
arduino assert complex ctype errno fenv float inttypes iso646 limits locale math memory setjmp
signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string tgmath threads time uchar
wchar wctype spi wire
all all_build clean depend edit_cache help install list_install_components package package_source
preinstall rebuild_cache run_tests test zero_check
app kernel zephyr
edgekit_nn edgekit_front_end edgekit_sample
"""
_TAKEN = frozenset(_WORDS.split())
_OF_KERNELS = "nn_"  # a file named as a kernel takes its place in a library


def c_name(stem: str) -> str:
    """Return a file's name as an identifier of C."""
    name = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_").lower()[:LONGEST].strip("_")
    if _is_taken(name):
        name = f"model_{name}" if name.startswith("nn") else f"{name}_model"
    elif not name or name[0].isdigit():
        name = f"model_{name}".rstrip("_")
    return name[:LONGEST].rstrip("_")


def checked_name(name: str) -> str:
    """Return the name; raises UsageError where it is no identifier, or taken."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or len(name) > LONGEST:
        raise UsageError(
            f"{name!r} is no name for C: it takes letters, digits and _, a letter first, at most "
            f"{LONGEST}"
        )
    if _is_taken(name):
        raise UsageError(
            f"{name!r} is taken, by C, a header, a kernel or a build system: give another --name, "
            f"such as {c_name(name)}"
        )
    return name


def _is_taken(name: str) -> bool:
    return name.lower() in _TAKEN or name.lower().startswith(_OF_KERNELS)

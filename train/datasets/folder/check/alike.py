"""Tell names that may mean the same: a person spelt in two ways, a label with a slip."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

FEW_LETTERS = 5  # a shorter word may well differ from another by a letter


def alike(names: Sequence[str], key: Callable[[str], str]) -> Iterator[list[str]]:
    """Yield the names of each key that several share."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[key(name)].append(name)
    yield from (group for group in groups.values() if len(group) > 1)


def person_key(name: str) -> str:
    """Return what spellings of a person share: case, blanks, - _ . and zeros before numbers."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(c if c.isalnum() else " " for c in folded).split()
    return "".join((word.lstrip("0") or "0") if word.isdigit() else word for word in kept) or name


def is_slip(first: str, second: str) -> bool:
    """Return whether two labels differ by case and blanks, or by one letter of a longer word."""
    a, b = (" ".join(name.split()).casefold() for name in (first, second))
    if a == b:
        return True
    if min(len(a), len(b)) < FEW_LETTERS or abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    is_swapped = len(middle_a) == 2 and middle_a == middle_b[::-1]
    is_letter = max(len(middle_a), len(middle_b)) <= 1 and (middle_a + middle_b).isalpha()
    # "lying l" and "lying r" are meant so: a word that differs by a letter must be longer.
    words = [set(one.split()) - set(other.split()) for one, other in ((a, b), (b, a))]
    is_of_a_word = any(len(word) >= FEW_LETTERS for word in words[0] | words[1])
    return (is_swapped or is_letter) and is_of_a_word

"""WordedEnum: kinds that files hold as text, each with what it means in plain words."""

from enum import StrEnum
from typing import Self


class WordedEnum(StrEnum):
    """A member is declared as `NAME = "as stored", "in plain words"`."""

    words: str

    def __new__(cls, name: str, words: str) -> Self:
        kind = str.__new__(cls, name)
        kind._value_, kind.words = name, words
        return kind

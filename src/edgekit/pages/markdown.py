"""Markdown documents: sections of sentences, tables and pictures."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MarkdownSection:
    title: str
    note: str
    sentences: Sequence[str]  # printed as a list
    parts: Sequence[str]  # Markdown of its tables and pictures


def document(title: str, head: str, sections: Iterable[MarkdownSection]) -> str:
    """Return the whole document; what is empty is left out."""
    parts = [f"# {title}", head]
    for section in sections:
        parts += [f"## {section.title}", section.note, bullets(section.sentences), *section.parts]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """Return a text whose letters mean themselves: a label may hold `|`, `<` or `*`."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)


def bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Return the table: `words` columns of text, flush left, then numbers, flush right.

    Empty without rows.
    """
    if not rows:
        return ""
    rule = ["---"] * words + ["---:"] * (len(heads) - words)
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *rows))

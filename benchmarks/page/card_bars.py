"""The bars of a card as text and lengths, from zero to the longest."""

from dataclasses import dataclass

from ..cards import Card
from ..figure import format_value


@dataclass(frozen=True)
class CardBar:
    name: str
    value: str  # with its unit
    percent: float  # of the longest bar
    is_own: bool


def card_bars(card: Card) -> list[CardBar]:
    longest = max((bar.figure.value for bar in card.bars), default=0) or 1.0
    return [
        CardBar(
            bar.name,
            f"{format_value(bar.figure.value, bar.figure.unit)} {bar.figure.unit}".strip(),
            100 * bar.figure.value / longest,
            bar.is_own,
        )
        for bar in card.bars
    ]

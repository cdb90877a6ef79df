"""Finding: what one check saw, and what to do where it is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    what: str  # was looked at
    saw: str
    cure: str = ""  # "": nothing is wrong

    @property
    def is_ok(self) -> bool:
        return not self.cure

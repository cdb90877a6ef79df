"""Finding: what a check saw, and what to do where it is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    what: str  # was checked
    saw: str
    cure: str = ""  # "": nothing is wrong

    @property
    def is_ok(self) -> bool:
        return not self.cure

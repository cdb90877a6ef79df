"""What each net may take on each core, kept beside this file: a change that costs more is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from .measure import Figures

BUDGET = Path(__file__).parent / "budget.json"
SLACK = 0.01  # of a figure: what a window's values or a rounded range may change
KEPT = ("instructions", "ram_bytes", "code_bytes")
RENEW = "python -m edgekit.benchmarks.firmware --write"


@dataclass(frozen=True)
class Budget:
    zig: str  # the compiler's version
    nets: dict[str, dict[str, dict[str, int]]]  # net -> core -> one of KEPT -> number


def read_budget(path: Path = BUDGET) -> Budget:
    fields = read_json(path)
    try:
        return Budget(str(fields["zig"]), dict(fields["nets"]))
    except (KeyError, TypeError, ValueError) as error:
        raise EdgekitError(f"{path} is no budget ({error}). Renew it with: {RENEW}") from None


def write_budget(measured: Sequence[Figures], zig: str, path: Path = BUDGET) -> None:
    nets: dict[str, Any] = {}
    for figures in measured:
        kept = {name: getattr(figures, name) for name in KEPT}
        nets.setdefault(figures.net, {})[figures.core] = kept
    write_json(path, {"zig": zig, "nets": nets})


def over(measured: Sequence[Figures], budget: Budget) -> list[str]:
    """One line for each figure that is over, and for each net and core that has no budget."""
    lines = []
    for figures in measured:
        allowed = budget.nets.get(figures.net, {}).get(figures.core)
        where = f"{figures.net} on {figures.core}"
        if allowed is None:
            lines.append(f"{where}: no budget. Give it one with: {RENEW}")
            continue
        for name in KEPT:
            now, then = getattr(figures, name), allowed[name]
            if now > then * (1 + SLACK):
                what = name.replace("_", " ")
                lines.append(
                    f"{where}: {now:,} {what}, {100 * (now / then - 1):.1f} % over its {then:,}"
                )
    return lines


def unmeasured(measured: Sequence[Figures], budget: Budget) -> list[str]:
    """The cores that the budget names and nothing was measured on."""
    cores = {core for net in budget.nets.values() for core in net}
    return sorted(cores - {figures.core for figures in measured})

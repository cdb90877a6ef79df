"""Hold each net on each core to a budget of instructions, RAM and code, in a file beside this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from .measure import NetCost

BUDGET = Path(__file__).parent / "budget.json"
SLACK = 0.01  # of a figure: what other windows or a rounded range may change
LIMITED = ("instructions", "ram_bytes", "code_bytes")
RENEW = "python -m edgekit.benchmarks.firmware --write"


@dataclass(frozen=True)
class FirmwareBudget:
    zig: str  # the compiler's version
    nets: dict[str, dict[str, dict[str, int]]]  # net -> core -> one of LIMITED -> number


def read_budget(path: Path = BUDGET) -> FirmwareBudget:
    fields = read_json(path)
    try:
        return FirmwareBudget(str(fields["zig"]), dict(fields["nets"]))
    except (KeyError, TypeError, ValueError) as error:
        raise EdgekitError(f"{path} is no budget ({error}). Renew it with: {RENEW}") from None


def write_budget(measured: Sequence[NetCost], zig: str, path: Path = BUDGET) -> None:
    nets: dict[str, Any] = {}
    for cost in measured:
        limits = {name: getattr(cost, name) for name in LIMITED}
        nets.setdefault(cost.net, {})[cost.core] = limits
    write_json(path, {"zig": zig, "nets": nets})


def over(measured: Sequence[NetCost], budget: FirmwareBudget) -> list[str]:
    """Return a line for each figure over budget, and each net and core without a budget."""
    lines: list[str] = []
    for cost in measured:
        limits = budget.nets.get(cost.net, {}).get(cost.core)
        lines += lines_over(f"{cost.net} on {cost.core}", cost, limits, LIMITED, RENEW)
    return lines


def lines_over(
    where: str, cost: object, limits: Mapping[str, int] | None, names: Sequence[str], renew: str
) -> list[str]:
    """Return a line for each of the cost's figures over its limit, or one where it has no budget.

    `names`: the attributes of `cost` that are limited. `renew`: the command that writes a budget.
    """
    if limits is None:
        return [f"{where}: no budget. Give it one with: {renew}"]
    lines = []
    for name in names:
        value, limit = getattr(cost, name), limits[name]
        if value > limit * (1 + SLACK):
            figure = f"{value:,} {name.replace('_', ' ')}"
            lines.append(f"{where}: {figure}, {100 * (value / limit - 1):.1f} % over its {limit:,}")
    return lines


def unmeasured(measured: Sequence[NetCost], budget: FirmwareBudget) -> list[str]:
    """Return the cores of the budget that nothing was measured on."""
    cores = {core for net in budget.nets.values() for core in net}
    return sorted(cores - {cost.core for cost in measured})

"""Keep the figures in a file beside this one, which is the budget of every later run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.files import read_json, write_json

from ..firmware.budget import lines_over
from .measure import Measured

RECORD = Path(__file__).with_name("record.json")
LIMITED = ("instructions", "ram_bytes", "flash_bytes")
RENEW = "python -m edgekit.benchmarks.compiled --write"


def write_record(measured: Sequence[Measured], made_on: str) -> None:
    write_json(
        RECORD, {"made_on": made_on, "nets": {one.net.name: _fields(one) for one in measured}}
    )


def read_record() -> dict[str, Any]:
    """Read the file; raises EdgekitError where it is missing or another."""
    fields = read_json(RECORD)
    if not isinstance(fields.get("nets"), dict):
        raise EdgekitError(f"{RECORD} holds no figures. Renew it with: {RENEW}")
    return fields


def over(measured: Sequence[Measured], record: dict[str, Any]) -> list[str]:
    """Return a line for each figure over the record's, and each net and core without one."""
    lines: list[str] = []
    for one in measured:
        cores = record["nets"].get(one.net.name, {}).get("cores", {})
        for cost in one.compiled.costs:
            where = f"{one.net.name} on {cost.core}"
            lines += lines_over(where, cost, cores.get(cost.core), LIMITED, RENEW)
    return lines


def _fields(one: Measured) -> dict[str, Any]:
    return {
        "origin": one.net.origin,
        "operators": sorted(set(one.compiled.operators)),
        "macs": one.compiled.macs,
        "model_bytes": one.model_bytes,
        "golden_inputs": one.compiled.golden_inputs,
        "tflm_arena_bytes": one.tflm_arena_bytes,
        "tflm_us": round(one.tflm_us, 1),
        "c_us": round(one.c_us, 1),
        "cores": {
            cost.core: {
                **{name: getattr(cost, name) for name in LIMITED},
                "code_bytes": cost.code_bytes,
            }
            for cost in one.compiled.costs
        },
    }

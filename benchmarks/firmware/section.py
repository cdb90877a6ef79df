"""The firmware's rows of the benchmarks' page: the budget's counts beside TFLM's of elsewhere."""

from ..figure import Figure, Kind
from ..section import Cell, Chart, Row, Section, Series, Table
from .budget import Budget
from .peers import PEERS, TRIAL, Peer

OURS = "edgekit, generated C"
_ELSEWHERE = (
    "the project's notes: TFLM in emulation, instructions exact, byte-identical to tflite-micro; "
    "not in this run, nor on hardware"
)


def section(budget: Budget) -> Section:
    """Of the nets that `make budget` holds the firmware to."""
    counted = (
        f"python -m edgekit.benchmarks.firmware --write, zig {budget.zig}: emulated by instruction "
        "(unicorn; the M55 by QEMU, whose RAM lacks the stack), the window that took the most; "
        "not run on hardware"
    )
    rows = [
        row
        for net, cores in budget.nets.items()
        for core, kept in cores.items()
        for row in _rows(net, core, kept, counted)
    ]
    return Section(
        "Firmware beside TFLM",
        "What one window takes of a Cortex-M. edgekit's counts are those that the repository is "
        "held to: `make budget` fails where one grows by more than 1 %. TFLM, with its reference "
        "kernels and with CMSIS-NN, was measured elsewhere, on nets of the same kind.",
        sentences=tuple(_said(budget)),
        tables=(
            Table(
                "Each net on each core",
                "Untrained nets, quantised as `edgekit convert` does; what a kernel takes depends "
                "on shapes. The ratio is the peer's instructions over edgekit's.",
                ("net", "core", "engine"),
                ("instructions", "ratio", "RAM", "code"),
                tuple(rows),
            ),
        ),
        charts=(_chart(budget),),
    )


def _rows(net: str, core: str, kept: dict[str, int], source: str) -> list[Row]:
    def ours(value: int, unit: str) -> Figure:
        return Figure(value, unit, Kind.COUNTED, source)

    own = (
        ours(kept["instructions"], ""),
        None,
        ours(kept["ram_bytes"], "B"),
        ours(kept["code_bytes"], "B"),
    )
    peers = [peer for peer in PEERS if (peer.net, peer.core) == (net, core)]
    return [
        Row((net, core, OURS), own),
        *(Row((net, core, peer.engine), _peer(peer, kept)) for peer in peers),
    ]


def _peer(peer: Peer, ours: dict[str, int]) -> tuple[Cell, ...]:
    def theirs(value: int | None, unit: str) -> Cell:
        return None if value is None else Figure(value, unit, Kind.ELSEWHERE, _ELSEWHERE)

    return (
        theirs(peer.instructions, ""),
        _ratio(peer, ours),
        theirs(peer.ram_bytes, "B"),
        theirs(peer.code_bytes, "B"),
    )


def _ratio(peer: Peer, ours: dict[str, int]) -> Figure:
    ratio = peer.instructions / ours["instructions"]
    return Figure(ratio, "x", Kind.MODELLED, "the peer's instructions over edgekit's")


def _said(budget: Budget) -> list[str]:
    """How the fastest peer of each net and core compares."""
    lines = []
    for net, cores in budget.nets.items():
        ratios = [
            (core, min(_ratio(peer, kept).value for peer in peers))
            for core, kept in cores.items()
            if (
                peers := [
                    one
                    for one in PEERS
                    if (one.net, one.core) == (net, core) and one.engine != TRIAL
                ]
            )
        ]
        if ratios:
            told = ", ".join(f"{ratio:.2f} on {core}" for core, ratio in ratios)
            lines.append(
                f"{net}: the faster TFLM's instructions (measured elsewhere) over edgekit's "
                f"(counted): {told}."
            )
    return lines


def _chart(budget: Budget) -> Chart:
    cores = sorted({core for kept in budget.nets.values() for core in kept})
    return Chart(
        "firmware-instructions",
        "Instructions of a window, edgekit's generated C",
        "instructions (logarithmic)",
        "",
        tuple(
            Series(
                core,
                tuple(float(place) for place, _ in enumerate(nets)),
                tuple(float(kept[core]["instructions"]) for kept in nets.values()),
                names=tuple(nets),
            )
            for core in cores
            if (nets := {net: kept for net, kept in budget.nets.items() if core in kept})
        ),
        "Counted in emulation, as the budget keeps them; not run on hardware.",
        mark="bars",
        log_x=True,
    )

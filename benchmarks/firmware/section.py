"""The section on firmware: the budget's counts beside TFLM's, which were measured elsewhere."""

from ..figure import Figure, Kind
from ..section import Cell, Chart, FigureSection, FigureTable, Row, bar_chart
from .budget import FirmwareBudget
from .peers import PEERS, TRIAL, Peer

OURS = "edgekit, generated C"
_ELSEWHERE = (
    "the project's notes: TFLM in emulation, instructions exact, byte-identical to tflite-micro; "
    "not in this run, nor on hardware"
)


def section(budget: FirmwareBudget) -> FigureSection:
    """Return the section on the nets of the budget."""
    counted = (
        f"python -m edgekit.benchmarks.firmware --write, zig {budget.zig}: emulated by instruction "
        "(unicorn; the M55 by QEMU, whose RAM lacks the stack), the window that took the most; "
        "not run on hardware"
    )
    rows = [
        row
        for net, cores in budget.nets.items()
        for core, limits in cores.items()
        for row in _rows(net, core, limits, counted)
    ]
    return FigureSection(
        "Firmware beside TFLM",
        "What one window takes of a Cortex-M. edgekit's counts are those that the repository is "
        "held to: `make budget` fails where one grows by more than 1 %. TFLM, with its reference "
        "kernels and with CMSIS-NN, was measured elsewhere, on nets of the same kind.",
        sentences=tuple(_sentences(budget)),
        tables=(
            FigureTable(
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


def _rows(net: str, core: str, limits: dict[str, int], source: str) -> list[Row]:
    def ours(value: int, unit: str) -> Figure:
        return Figure(value, unit, Kind.COUNTED, source)

    own = (
        ours(limits["instructions"], ""),
        None,
        ours(limits["ram_bytes"], "B"),
        ours(limits["code_bytes"], "B"),
    )
    peers = [peer for peer in PEERS if (peer.net, peer.core) == (net, core)]
    return [
        Row((net, core, OURS), own),
        *(Row((net, core, peer.engine), _peer_cells(peer, limits)) for peer in peers),
    ]


def _peer_cells(peer: Peer, ours: dict[str, int]) -> tuple[Cell, ...]:
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


def _sentences(budget: FirmwareBudget) -> list[str]:
    """Say how the fastest peer of each net and core compares."""
    lines = []
    for net, cores in budget.nets.items():
        ratios = [
            (core, min(_ratio(peer, limits).value for peer in peers))
            for core, limits in cores.items()
            if (
                peers := [
                    peer
                    for peer in PEERS
                    if (peer.net, peer.core) == (net, core) and peer.engine != TRIAL
                ]
            )
        ]
        if ratios:
            by_core = ", ".join(f"{ratio:.2f} on {core}" for core, ratio in ratios)
            lines.append(
                f"{net}: the faster TFLM's instructions (measured elsewhere) over edgekit's "
                f"(counted): {by_core}."
            )
    return lines


def _chart(budget: FirmwareBudget) -> Chart:
    cores = sorted({core for by_core in budget.nets.values() for core in by_core})
    return bar_chart(
        "firmware-instructions",
        "Instructions of a window, edgekit's generated C",
        "instructions (logarithmic)",
        {
            core: {
                net: by_core[core]["instructions"]
                for net, by_core in budget.nets.items()
                if core in by_core
            }
            for core in cores
        },
        "Counted in emulation, as the budget keeps them; not run on hardware.",
    )

"""The section on firmware: the budget's counts beside TFLM's, which were measured elsewhere."""

from ..figure import Figure, Kind
from ..section import Cell, Chart, FigureSection, FigureTable, Row, rows_chart
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
    with_peers = {peer.net for peer in PEERS}
    return FigureSection(
        "tflm",
        "How does it compare with TFLM?",
        "What one window takes on a Cortex-M. edgekit's counts are those that the repository is "
        "held to: `make budget` fails where one grows by more than 1 %. TFLM, with its reference "
        "kernels and with CMSIS-NN, was measured elsewhere, on nets of the same kind.",
        sentences=tuple(_sentences(budget)),
        charts=(_chart(budget),),
        tables=(_table(budget, "Nets with figures of TFLM", counted, with_peers),),
        detail_tables=(_table(budget, "Each net on each core", counted, set(budget.nets)),),
    )


def _table(budget: FirmwareBudget, title: str, counted: str, nets: set[str]) -> FigureTable:
    rows = [
        row
        for net, cores in budget.nets.items()
        if net in nets
        for core, limits in cores.items()
        for row in _rows(net, core, limits, counted)
    ]
    return FigureTable(
        title,
        "Untrained nets, quantised as `edgekit convert` does, because what a kernel takes depends "
        "on shapes alone. The ratio is the peer's instructions over edgekit's.",
        ("net", "core", "engine"),
        ("instructions", "ratio", "RAM", "code"),
        tuple(rows),
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


def fastest_peer(net: str, core: str) -> Peer | None:
    """Return TFLM's kernels that take the fewest instructions for a net on a core."""
    peers = [
        peer for peer in PEERS if (peer.net, peer.core) == (net, core) and peer.engine != TRIAL
    ]
    return min(peers, key=lambda peer: peer.instructions, default=None)


def _sentences(budget: FirmwareBudget) -> list[str]:
    """Word how the fastest TFLM compares, net by net."""
    lines = []
    for net, cores in budget.nets.items():
        ratios = [
            f"{_ratio(peer, limits).value:.2f} on a {core}"
            for core, limits in cores.items()
            if (peer := fastest_peer(net, core)) is not None
        ]
        if ratios:
            lines.append(
                f"For {net} the faster of TFLM's kernels (measured elsewhere) take this many times "
                f"the instructions of edgekit's generated C (counted): {', '.join(ratios)}."
            )
    return lines


def _chart(budget: FirmwareBudget) -> Chart:
    marks: dict[str, dict[str, float]] = {OURS: {}}
    for peer in PEERS:
        limits = budget.nets.get(peer.net, {}).get(peer.core)
        if limits is not None and peer.engine != TRIAL:
            row = f"{peer.net}\n{peer.core}"
            marks[OURS][row] = limits["instructions"]
            marks.setdefault(peer.engine, {})[row] = peer.instructions
    return rows_chart(
        "tflm",
        "Instructions of one window",
        "instructions, logarithmic",
        marks,
        "edgekit: counted in emulation, not run on hardware. TFLM: measured elsewhere, on nets of "
        "the same kind.",
        unit="instructions",
    )

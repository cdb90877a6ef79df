"""Markdown tables of what nets take on cores."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.pages.markdown import table

from .host import HostTimes
from .measure import REST, WINDOWS, NetCost
from .peers import PEERS, TARGETS

ZIG = "zig"
WINDOWS_TRIED = 2 * WINDOWS
_PARTS = ("front end", "convolution", "depthwise", "dense", "add", "pools", REST)


@dataclass(frozen=True)
class MeasuredNet:
    """A net and all that was measured of it."""

    name: str
    products: int
    floors: dict[str, int]  # by core
    costs: tuple[NetCost, ...]
    host: HostTimes

    def of(self, core: str) -> NetCost | None:
        """Return the cost on a core as zig compiles it."""
        return next((c for c in self.costs if (c.core, c.compiler) == (core, ZIG)), None)


def costs(nets: Sequence[MeasuredNet]) -> str:
    rows = [
        (
            net.name,
            cost.core,
            cost.compiler,
            f"{cost.instructions:,}",
            f"{cost.instructions / net.floors[cost.core]:.2f}",
            f"{cost.ram_bytes:,}"
            if cost.stack_bytes is not None
            else f"{cost.ram_bytes:,} + stack",
            f"{cost.static_bytes:,}",
            "" if cost.stack_bytes is None else f"{cost.stack_bytes:,}",
            f"{cost.code_bytes:,}",
            f"{cost.constant_bytes:,}",
        )
        for net in nets
        for cost in net.costs
    ]
    head = ("net", "core", "compiler", "instructions", "of the floor", "RAM", "static", "stack")
    return table((*head, "code", "constants"), rows, words=3)


def floors(nets: Sequence[MeasuredNet]) -> str:
    cores = list(nets[0].floors)
    rows = [
        (net.name, f"{net.products:,}", *(f"{net.floors[core]:,}" for core in cores))
        for net in nets
    ]
    return table(("net", "products", *cores), rows, words=1)


def parts(nets: Sequence[MeasuredNet]) -> str:
    rows = [
        (
            net.name,
            cost.core,
            *(f"{cost.parts[part]:,}" if part in cost.parts else "" for part in _PARTS),
        )
        for net in nets
        for cost in net.costs
        if cost.parts and cost.compiler == ZIG
    ]
    return table(("net", "core", *_PARTS), rows, words=2)


def peers(nets: Sequence[MeasuredNet]) -> str:
    by_name = {net.name: net for net in nets}
    rows = []
    for peer in PEERS:
        ours = by_name[peer.net].of(peer.core) if peer.net in by_name else None
        if ours is not None:
            rows.append(
                (
                    peer.net,
                    peer.core,
                    peer.engine,
                    f"{peer.instructions / 1e6:.3g} M",
                    f"{ours.instructions / 1e6:.3g} M",
                    f"{peer.instructions / ours.instructions:.2f}",
                    _ratio(peer.code_bytes, ours.code_bytes),
                    # Without a stack that was measured there is nothing to compare.
                    _ratio(peer.ram_bytes, ours.ram_bytes) if ours.stack_bytes else "",
                )
            )
    head = ("net", "core", "peer (measured elsewhere)", "instructions", "ours")
    return table((*head, "instructions, ratio", "code, ratio", "RAM, ratio"), rows, words=3)


def targets(nets: Sequence[MeasuredNet]) -> str:
    by_name = {net.name: net for net in nets}
    rows = []
    for target in TARGETS:
        ours = by_name[target.net].of(target.core) if target.net in by_name else None
        if ours is None:
            continue
        if target.figure == "of_floor":
            value = ours.instructions / by_name[target.net].floors[target.core]
            texts = f"{target.limit:g}", f"{value:.2f}"
        else:
            value = getattr(ours, target.figure)
            texts = f"{target.limit:,.0f}", f"{value:,}"
        what = target.figure.replace("of_floor", "instructions, of the floor").replace("_", " ")
        is_met = "yes" if value <= target.limit else "no"
        rows.append((target.net, target.core, what, *texts, is_met))
    return table(("net", "core", "figure", "at most", "measured", "met"), rows, words=3)


def host(nets: Sequence[MeasuredNet]) -> str:
    rows = [
        (
            net.name,
            f"{net.host.tflm_us:,.0f} us",
            f"{net.host.c_us:,.0f} us",
            f"{net.host.tflm_us / net.host.c_us:.1f}",
            f"{min(net.host.ratios):.1f} to {max(net.host.ratios):.1f}",
        )
        for net in nets
    ]
    return table(("net", "tflite-micro", "generated C", "ratio", "of the rounds"), rows, words=1)


def _ratio(theirs: int | None, ours: int) -> str:
    return "" if theirs is None else f"{theirs / ours:.1f}"

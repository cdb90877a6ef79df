"""The networks: one trunk, two linear heads; windows (N, channels, 1, 100) in, two logits out.

Tensors stay four-dimensional with height 1. `build` makes a net by its name.
"""

from collections.abc import Callable

from torch import nn

from edgekit.errors import UsageError
from edgekit.spec import Spec

from .anponet import AnpoNet
from .micro import MTLNetMicro
from .mtl_net import MTLNet, MTLNetPublished
from .recurrent import bilstm, gru, lstm
from .small import LEAN_WIDTHS, SMALL_WIDTHS, WIDE_WIDTHS, MTLNetSmall
from .two_heads import Heads, Trunk, TwoHeads

__all__ = [
    "CONVERTIBLE",
    "NETS",
    "RECURRENT",
    "Heads",
    "MTLNetPublished",
    "TwoHeads",
    "build",
    "parameter_count",
]

# Only these have operations with an int8 kernel; the recurrent ones are for comparison.
_CONVERTIBLE: dict[str, Callable[[int], Trunk]] = {
    "mtl-net-small": lambda channels: MTLNetSmall(channels, SMALL_WIDTHS),
    "mtl-net-lean": lambda channels: MTLNetSmall(channels, LEAN_WIDTHS),
    "mtl-net-micro": MTLNetMicro,
    "mtl-net-wide": lambda channels: MTLNetSmall(channels, WIDE_WIDTHS),
    "mtl-net": MTLNet,
    "mtl-net-published": MTLNetPublished,
}
CONVERTIBLE = tuple(_CONVERTIBLE)
NETS: dict[str, Callable[[int], Trunk]] = {
    **_CONVERTIBLE,
    "lstm": lstm,
    "bilstm": bilstm,
    "gru": gru,
    "anponet": AnpoNet,
}
RECURRENT = tuple(name for name in NETS if name not in CONVERTIBLE)


def build(name: str, spec: Spec) -> TwoHeads:
    """The net `name` with the input and the heads of `spec`.

    Raises UsageError for an unknown name, and for an input that the net cannot read.
    """
    if name not in NETS:
        raise UsageError(f"no net is called {name!r}. Nets: {', '.join(NETS)}")
    trunk = NETS[name](spec.front_end.channels)
    return TwoHeads(trunk, len(spec.postures), len(spec.placements))


def parameter_count(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())

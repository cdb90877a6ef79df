"""The networks: one trunk, two linear heads; windows (N, channels, 1, 100) in, two logits out.

Tensors stay four-dimensional with height 1. `edgekit.nets` lists the nets; `build` makes one.
"""

from importlib import import_module

from torch import nn

from edgekit.names import pick
from edgekit.nets import NETS
from edgekit.spec import Spec

from .two_heads import Heads, TwoHeads

__all__ = ["Heads", "TwoHeads", "build", "parameter_count"]


def build(name: str, spec: Spec) -> TwoHeads:
    """Make the net `name` with the input and the heads of `spec`, its weights drawn at random.

    Raises UsageError for an unknown name, and for an input that the net cannot read.
    """
    file, _, function = NETS[pick("net", name, NETS)].trunk.partition(":")
    make_trunk = getattr(import_module(f".{file}", __package__), function)
    return TwoHeads(make_trunk(spec.front_end.channels), len(spec.postures), len(spec.placements))


def parameter_count(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())

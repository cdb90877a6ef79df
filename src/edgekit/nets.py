"""List the nets of edgekit: how each is built, trained, and what it takes on a microcontroller.

Every stage that names a net reads this list, so it imports no torch. A new net is a file in
train/nets/ and an entry here.
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Schedule = Literal["constant", "one-cycle"]


@dataclass(frozen=True)
class Recipe:
    """How a net is trained."""

    epochs: int
    batch: int
    learning_rate: float
    schedule: Schedule
    weight_decay: float
    augmented: bool
    int8_ready: bool  # learn on the int8 input, end on weights that int8 represents exactly
    label_smoothing: float = 0.0  # share of a label's certainty that is spread over all classes


# The paper trains with Adam at a constant 0.001 and batches of 64, for 300 epochs; 10 land near its
# figures. The convolutional family is trained with an annealed rate instead.
AS_PUBLISHED = Recipe(10, 64, 1e-3, "constant", 0.0, augmented=False, int8_ready=False)
ANNEALED = Recipe(30, 256, 4e-3, "one-cycle", 1e-2, augmented=True, int8_ready=True)


class Footprint(NamedTuple):
    """Bytes of an image with 12 + 3 labels, counted in images."""

    weights: int
    ram: int  # on a core with the DSP extension, which needs the most


@dataclass(frozen=True)
class Net:
    """One architecture."""

    trunk: str  # "file:function" in train/nets; the function makes a Trunk for a count of channels
    recipe: Recipe
    footprint: Footprint | None = None  # of those that are proposed where another does not fit
    input: str | None = None  # the only input it reads, of edgekit.front_end.INPUTS; None: either
    is_recurrent: bool = False  # cannot be stacked
    is_convertible: bool = True  # all its operations have an int8 kernel


def _recurrent(trunk: str) -> Net:
    """Make the entry of one of the paper's recurrent nets, which are for comparison only."""
    return Net(trunk, AS_PUBLISHED, is_recurrent=True, is_convertible=False)


NETS = {
    "mtl-net-small": Net("small:small", ANNEALED, Footprint(170_100, 11_900)),
    "mtl-net-lean": Net("small:lean", ANNEALED, Footprint(32_900, 4_600)),
    "mtl-net-micro": Net("micro:MTLNetMicro", ANNEALED, Footprint(20_500, 3_400)),
    "mtl-net-wide": Net("small:wide", ANNEALED, Footprint(640_700, 23_800)),
    "mtl-net": Net(
        "mtl_net:MTLNet", replace(AS_PUBLISHED, int8_ready=True), Footprint(1_825_000, 6_600)
    ),
    "mtl-net-published": Net("mtl_net:MTLNetPublished", AS_PUBLISHED, input="one-gain"),
    "lstm": _recurrent("recurrent:lstm"),
    "bilstm": _recurrent("recurrent:bilstm"),
    "gru": _recurrent("recurrent:gru"),
    "anponet": _recurrent("anponet:AnpoNet"),
}
CONVERTIBLE = tuple(name for name, net in NETS.items() if net.is_convertible)

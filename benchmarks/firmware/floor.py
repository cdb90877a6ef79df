"""Lower bound of the instructions that a net's products take on a core, to compare counts with.

Counted: the multiply-adds, and the loads and widenings that no order of them avoids, on the best
tile of sums that the core's registers hold. Not counted: loops, rounding to int8, stores, sums of
two tensors, pools, the mean.
"""

from dataclasses import dataclass

from edgekit.convert.model import Operator, TfliteModel, parse


@dataclass(frozen=True)
class Tile:
    """Lower bounds of one core."""

    conv: float  # instructions of a product
    conv_weight: float  # and of each weight, once a layer
    dense: float
    depthwise: float
    depthwise_weight: float
    depthwise_activation: float  # and of each activation, once a layer


# 14 registers hold 2 rows by 2 positions: 4 sums, 4 widened weights, 2 x 2 pairs of activations,
# pointers. 16 products are then 8 SMLAD, 1 LDM of weights and 2 LDRD of activations. The weights
# are of 8 bits: for each word of 4, once a layer, 2 SXTB16 and a quarter of an LDM (4 words) widen
# it. A dense layer uses a weight once: 4 rows by 4 columns are 8 SMLAD, 1 LDM, 1 LDRD, 8 SXTB16.
# Depthwise: SMLAD again; two channels' activations of one position are a word, loaded once.
_DSP = Tile(
    conv=(8 + 1 + 2) / 16,
    conv_weight=(2 + 1 / 4) / 4,
    dense=(8 + 1 + 1 + 8) / 16,
    depthwise=1 / 2,
    depthwise_weight=(2 + 1 / 4) / 4,
    depthwise_activation=1 / 2,
)
# 8 registers of a Cortex-M0+ hold 4 sums: four products are 4 MULS, 4 ADDS, 4 loads of weights and
# one of an activation, signs for nothing. Depthwise with the weights in registers.
_THUMB1 = Tile(
    conv=(4 + 4 + 4 + 1) / 4,
    conv_weight=0,
    dense=(4 + 4 + 4 + 1) / 4,
    depthwise=(1 + 1 + 1),
    depthwise_weight=1,
    depthwise_activation=0,
)
# Helium: VMLADAVA adds 16 products to one of 8 even registers: 4 rows by 2 positions are 8 of them
# and 6 loads; dense: 8 rows, 8 of them and 9 loads. Depthwise: 4 lanes of 32 bits, VMLA and a load.
_MVE = Tile(
    conv=(8 + 6) / 128,
    conv_weight=0,
    dense=(8 + 9) / 128,
    depthwise=2 / 4,
    depthwise_weight=1 / 4,
    depthwise_activation=0,
)
TILES = {"cortex-m0plus": _THUMB1, "cortex-m4": _DSP, "cortex-m33": _DSP, "cortex-m55": _MVE}


def floor(data: bytes, core: str) -> int:
    """Return the lower bound of one window's instructions."""
    model, tile = parse(data), TILES[core]
    return round(sum(_of(operator, model, tile) for operator in model.operators))


def products(data: bytes) -> int:
    """Return the multiply-adds of one window that reach an answer."""
    model = parse(data)
    return sum(_products(operator, model) for operator in model.operators)


def _of(operator: Operator, model: TfliteModel, tile: Tile) -> float:
    count = _products(operator, model)
    if operator.name == "FULLY_CONNECTED":
        return tile.dense * count
    if operator.name == "CONV_2D":
        return tile.conv * count + tile.conv_weight * operator.inputs[1].size
    if operator.name == "DEPTHWISE_CONV_2D":
        return (
            tile.depthwise * count
            + tile.depthwise_weight * operator.inputs[1].size
            + tile.depthwise_activation * operator.inputs[0].size
        )
    return 0.0


def _products(operator: Operator, model: TfliteModel) -> int:
    if operator.name == "FULLY_CONNECTED":
        return operator.inputs[1].size
    if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        return operator.inputs[1].size * _positions(operator, model)
    return 0


def _positions(operator: Operator, model: TfliteModel) -> int:
    """Return how many outputs are read: a pool of pairs skips the last of an odd number."""
    width = operator.output.shape[-2]
    users = model.users(operator.output)
    if len(users) == 1 and users[0].name == "MAX_POOL_2D":
        pool = users[0]
        if (pool.options.filterWidth, pool.options.strideW) == (2, 2):
            return 2 * pool.output.shape[-2]
    return int(width)

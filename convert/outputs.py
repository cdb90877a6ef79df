"""Which output of a converted model is posture and which placement: told by what they answer."""

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from .graph import ports
from .runtimes import Logits, litert_outputs


def order_of_heads(model: bytes, windows: NDArray[np.int8], truth: Logits) -> tuple[int, int]:
    """The places of posture and placement among the model's outputs.

    onnx2tf reverses and renames outputs, so neither place nor name is relied upon: the order taken
    is the one nearest to `truth`, the float logits of `windows` (N, window, channels). Raises
    EdgekitError when the outputs are not two of the expected sizes.
    """
    outputs = ports(model)[1]
    answers = [
        port.quantisation.dequantise(q)
        for q, port in zip(litert_outputs(model, windows), outputs, strict=True)
    ]
    distance = {
        order: sum(
            float(np.abs(answers[place] - head).mean())
            for place, head in zip(order, truth.heads, strict=True)
        )
        for order in permutations(range(len(answers)), 2)
        if all(
            answers[place].shape == head.shape
            for place, head in zip(order, truth.heads, strict=True)
        )
    }
    if len(answers) != 2 or not distance:
        raise EdgekitError(
            f"the converted model answers {[port.shape for port in outputs]}; expected two outputs "
            f"of {truth.posture.shape[1]} postures and {truth.placement.shape[1]} placements"
        )
    return min(distance, key=lambda order: distance[order])

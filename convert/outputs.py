"""The outputs of a converted model: which is posture and which placement, and their int8 ranges.

A converter takes an output's range from its smallest and largest logit. But a logit far below the
winner never decides, and neither does how far the winner stands above all runners-up. Measured on
WISDM, random windows: rounding the posture logits to their full range of 31 alone changed 1.4 % of
the answers; to the range that decides, 0.4 %.
"""

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from .model import TfliteModel
from .runtimes import Logits, litert_outputs

SLACK = 1.0  # of a logit, for windows unlike the representative ones


def order_of_heads(model: TfliteModel, windows: NDArray[np.int8], truth: Logits) -> tuple[int, int]:
    """Find the places of posture and placement among the model's outputs.

    onnx2tf reverses and renames outputs, so neither place nor name is relied upon: the order is
    the one nearest to `truth`, the float logits of `windows` (N, window, channels). Raises
    EdgekitError when the outputs are not two of the expected sizes.
    """
    answers = [
        output.quantisation.dequantise(q)
        for q, output in zip(litert_outputs(model.data, windows), model.outputs, strict=True)
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
            f"the converted model answers {[output.shape for output in model.outputs]}; expected "
            f"two outputs of {truth.posture.shape[1]} postures and {truth.placement.shape[1]} "
            "placements"
        )
    return min(distance, key=lambda order: distance[order])


def deciding_range(logits: NDArray[np.float32]) -> Quantisation:
    """Choose the int8 range of an output so that logits near a decision keep their resolution.

    It spans the lowest winner to the highest runner-up of float `logits` (N, classes), with slack;
    logits beyond it saturate.
    """
    ordered = np.sort(logits, axis=1)
    least = min(float(ordered[:, -1].min()) - SLACK, 0.0)  # 0 must be representable
    runner_up = ordered[:, -2] if logits.shape[1] > 1 else ordered[:, -1]
    most = max(float(runner_up.max()) + SLACK, 0.0, least + SLACK)
    scale = (most - least) / 255
    zero_point = int(np.clip(round(INT8_LEAST - least / scale), INT8_LEAST, INT8_MOST))
    return Quantisation(scale, zero_point)


def saturated(logits: NDArray[np.float32], by: Quantisation) -> NDArray[np.float32]:
    """Clip logits to what int8 represents of them."""
    least, most = (by.scale * (q - by.zero_point) for q in (INT8_LEAST, INT8_MOST))
    return np.clip(logits, least, most)

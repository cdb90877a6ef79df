"""Which training windows the int8 ranges are taken from."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .runtimes import torch_logits

# Of the windows. Measured on WISDM, unseen subjects, 1000 windows: agreement of posture with torch
# 93.9 -> 95.4 % (micro) and 93.6 -> 94.7 % (lean) against taking them all.
LEFT_OUT = 0.05
RANGE_G = 2.0  # what the int8 input must be able to say: the sensor's default range

LAYERS = (nn.BatchNorm2d, nn.Linear)


def calibration_windows(net: nn.Module, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ordinary ones of the windows (K, window, 3), and one that spans the input's range.

    TFLite takes each tensor's range from its smallest and largest value, so that one violent window
    coarsens all others. The windows with the largest activations are left out and will saturate.
    """
    largest = _largest_activation(net, xyz_g)
    ordinary = np.sort(np.argsort(largest)[: max(1, round(len(xyz_g) * (1 - LEFT_OUT)))])
    return with_full_range(xyz_g[ordinary])


def with_full_range(xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
    """The windows, and the first once more with samples at +-RANGE_G.

    Sleep calibrates to some +-1.35 g, and a person who sits up or moves would clip. Two samples
    of one window stretch the input's range and hardly the activations'.
    """
    stretched = xyz_g[:1].copy()
    stretched[0, 0], stretched[0, 1] = RANGE_G, -RANGE_G
    return np.concatenate([xyz_g, stretched])


def _largest_activation(net: nn.Module, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K,): of all layers the largest activation, in units of the layer's median window."""
    seen: dict[nn.Module, list[Tensor]] = {}

    def note(layer: nn.Module, _: object, out: Tensor) -> None:
        seen.setdefault(layer, []).append(out.flatten(1).abs().amax(1))

    hooks = [
        layer.register_forward_hook(note) for layer in net.modules() if isinstance(layer, LAYERS)
    ]
    torch_logits(net, xyz_g)
    for hook in hooks:
        hook.remove()
    largest = torch.stack([torch.cat(parts) for parts in seen.values()])  # (layers, K)
    median = largest.median(dim=1, keepdim=True).values.clamp_min(1e-9)
    return np.asarray((largest / median).amax(0).numpy())

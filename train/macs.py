"""Count the multiply-adds of a window, layer by layer as the net runs."""

import torch
from torch import Tensor, nn

from edgekit.spec import Spec


def macs(net: nn.Module, spec: Spec) -> int:
    """Count multiply-adds for one window; padding counts as data, biases and norms do not count."""
    counted = 0

    def count(
        layer: nn.Module, inputs: tuple[Tensor, ...], out: Tensor | tuple[Tensor, ...]
    ) -> None:
        nonlocal counted
        counted += _of_layer(layer, inputs[0], out if isinstance(out, Tensor) else out[0])

    hooks = [layer.register_forward_hook(count) for layer in net.modules()]
    training = net.training
    try:
        with torch.no_grad():
            device = next(net.parameters()).device
            net.eval()(torch.zeros(1, spec.front_end.channels, 1, spec.window, device=device))
    finally:
        net.train(training)
        for hook in hooks:
            hook.remove()
    return counted


def _of_layer(layer: nn.Module, x: Tensor, out: Tensor) -> int:
    if isinstance(layer, nn.Conv2d):
        return out[0].numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return layer.weight.numel()
    if isinstance(layer, nn.LSTM | nn.GRU):
        steps = x.shape[1]  # (1, T, inputs)
        return steps * sum(p.numel() for name, p in layer.named_parameters() if "weight" in name)
    return 0

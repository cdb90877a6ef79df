"""Export the trained net with the shipped weights from torch to ONNX, one window at a time."""

import tempfile
import warnings
from pathlib import Path

import torch
from torch import nn

from edgekit.errors import EdgekitError, UsageError
from edgekit.nets import CONVERTIBLE, NETS
from edgekit.spec import TASKS, Spec
from edgekit.train.nets import build

from .run_input import RunInput

INPUT = "window"
OPSET = 17


def float_net(trained: RunInput) -> nn.Module:
    """Build the run's net with its shipped weights, in evaluation mode.

    Raises UsageError for an unknown net and for one without int8 kernels, EdgekitError when the
    weights are another net's.
    """
    run = trained.run
    if run.net in NETS and not NETS[run.net].is_convertible:
        raise UsageError(
            f"{run.net} is for comparison only: it has layers without an int8 kernel here. "
            f"Nets that convert: {', '.join(CONVERTIBLE)}"
        )
    net = build(run.net, run.spec)
    try:
        net.load_state_dict(trained.weights)
    except RuntimeError as error:
        first_line = str(error).splitlines()[-1].strip()
        raise EdgekitError(
            f"the {trained.outcome.shipped} of run {run.folder} does not fit the net {run.net!r}: "
            f"{first_line} Train again with: edgekit train"
        ) from None
    return net.eval()


def onnx_bytes(net: nn.Module, spec: Spec) -> bytes:
    """Export a net to ONNX.

    `window` (1, channels, 1, window) float32 in, `posture` and `placement` out. Its input is what
    the front end makes, times INPUT_SCALE.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-export-") as folder, warnings.catch_warnings():
        path = Path(folder) / "net.onnx"
        # The exporter based on TorchScript writes the same graph and needs one package less.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        torch.onnx.export(
            net,
            (torch.zeros(1, spec.front_end.channels, 1, spec.window),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=list(TASKS),
        )
        return path.read_bytes()

"""The nets that are counted: untrained, and quantised by convert's own steps without a Run.

What a kernel does depends on shapes, hardly on the weights: a trained small net counts within
0.01 % of the untrained one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from edgekit.bundle import C_HEADER, C_SOURCE, MODEL, load_bundle
from edgekit.convert import onnx2tf_job
from edgekit.convert.codegen import bundle_c
from edgekit.convert.export import INPUT, onnx_bytes
from edgekit.convert.model import parse
from edgekit.convert.outputs import deciding_range, order_of_heads
from edgekit.convert.quantize import int8_model
from edgekit.convert.representative import representative_windows
from edgekit.convert.rewrite import rewrite
from edgekit.convert.runtimes import torch_logits
from edgekit.files import cache_folder, whole_file
from edgekit.front_end import counts_of, int8_input, with_input
from edgekit.spec import AXES, INPUT_SCALE, SLEEP, TASKS, WINDOW, Spec
from edgekit.train.nets import TwoHeads, build
from edgekit.train.nets.micro import WIDTHS, Separable
from edgekit.train.nets.two_heads import Trunk

SEED = 0
WINDOWS = 64  # of gravity and noise, for calibration

MICRO_MEAN = "micro-mean"


@dataclass(frozen=True)
class Net:
    """A folder with model.tflite, model.c and model.h."""

    name: str
    folder: Path
    spec: Spec

    @property
    def model(self) -> bytes:
        return (self.folder / MODEL).read_bytes()


class MicroMean(Trunk):
    """11.8 k parameters: mtl-net-micro with ReLU, and the mean over time alone."""

    width = WIDTHS[-1]

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels, WIDTHS[0], (1, 9), stride=2, padding=(0, 4), bias=False)
        self.stem_norm = nn.BatchNorm2d(WIDTHS[0])
        self.blocks = nn.ModuleList(Separable(a, b) for a, b in pairwise(WIDTHS))

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.stem_norm(self.stem(x)))  # (B, 16, 1, 50)
        for block in self.blocks:
            assert isinstance(block, Separable)
            h = F.relu(block.norm1(block.depthwise(h)))
            h = F.relu(block.norm2(block.pointwise(h)))
        return h.mean(dim=(2, 3))  # (B, 96)


def _micro_mean(spec: Spec) -> TwoHeads:
    trunk = MicroMean(spec.front_end.channels)
    return TwoHeads(trunk, len(spec.postures), len(spec.placements))


# Each with the spec of its input.
NETS: dict[str, Spec] = {
    "mtl-net-published": with_input(SLEEP, "one-gain"),
    "mtl-net": SLEEP,
    "mtl-net-small": SLEEP,
    "mtl-net-lean": SLEEP,
    "mtl-net-micro": SLEEP,
    MICRO_MEAN: SLEEP,
}


def untrained(work: Path, nets: Mapping[str, Spec] = NETS) -> Iterator[Net]:
    """Yield each net, its files in a folder of `work`."""
    for name, spec in nets.items():
        folder = work / name
        folder.mkdir()
        torch.manual_seed(SEED)
        net = _micro_mean(spec) if name == MICRO_MEAN else build(name, spec)
        (folder / MODEL).write_bytes(_model(net, spec))
        yield _with_c(name, folder, spec)


def from_bundles(bundles: list[Path], work: Path) -> Iterator[Net]:
    """Yield the bundles' nets, their C generated anew by this edgekit."""
    for number, bundle_folder in enumerate(bundles):
        bundle = load_bundle(bundle_folder)
        folder = work / f"bundle{number}"
        folder.mkdir()
        (folder / MODEL).write_bytes(bundle.model.read_bytes())
        yield _with_c(bundle.name, folder, bundle.spec)


def windows_of_gravity(count: int) -> NDArray[np.int16]:
    """Return windows (count, 100, 3) of counts: gravity from random directions, with noise."""
    random = np.random.default_rng(SEED)
    down = random.normal(size=(count, 1, AXES))
    down /= np.linalg.norm(down, axis=2, keepdims=True)
    return counts_of(down + random.normal(0, 0.1, (count, WINDOW, AXES)))


def _with_c(name: str, folder: Path, spec: Spec) -> Net:
    net = Net(name, folder, spec)
    generated = bundle_c(parse(net.model), spec)
    (folder / C_SOURCE).write_text(generated.source)
    (folder / C_HEADER).write_text(generated.header)
    return net


def _model(net: TwoHeads, spec: Spec) -> bytes:
    """Return model.tflite as `edgekit convert` makes it."""
    inputs = int8_input(windows_of_gravity(WINDOWS), spec.front_end)
    windows = inputs * np.float32(INPUT_SCALE)
    _settle_norms(net, windows)
    onnx = onnx_bytes(net, spec)
    quantised = parse(_quantised(onnx, representative_windows(net, windows)))
    logits = torch_logits(net, windows)
    order = order_of_heads(quantised, inputs, logits)
    ranges = deciding_range(logits.posture), deciding_range(logits.placement)
    return rewrite(quantised, order, INPUT, TASKS, ranges).data


def _settle_norms(net: TwoHeads, windows: NDArray[np.float32]) -> None:
    """Set batch norm's averages to the windows'; otherwise deep layers answer close to nought."""
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = None  # a plain average
    net.train()
    torch_logits(net, windows)
    net.eval()


def _quantised(onnx: bytes, representative: NDArray[np.float32]) -> bytes:
    """Quantise, or read the result from the cache, because TensorFlow takes seconds a net."""
    digest = hashlib.sha256(Path(onnx2tf_job.__file__).read_bytes())
    for package in ("onnx2tf", "tensorflow"):
        digest.update(version(package).encode())
    digest.update(onnx)
    digest.update(representative.tobytes())
    cached = cache_folder("firmware-nets") / f"{digest.hexdigest()[:32]}.tflite"
    if not cached.is_file():
        model = int8_model(onnx, representative)
        with whole_file(cached) as file:
            file.write(model)
    return cached.read_bytes()

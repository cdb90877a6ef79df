"""Make a Run's Bundle, whole or not at all: export, quantise, measure, verify, describe."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from edgekit import __version__
from edgekit.bundle import (
    C_HEADER,
    C_SOURCE,
    DESCRIPTION,
    FORMAT,
    GOLDEN,
    MODEL,
    ONNX,
    VERSION,
    Bundle,
    load_bundle,
)
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256, whole_folder, write_json, write_text
from edgekit.front_end import counts_of
from edgekit.run import Run
from edgekit.spec import TASKS, Spec

from .arena import smallest_arena_bytes
from .card import card
from .carray import HEADER as ARRAY_HEADER
from .carray import array_header, array_source, resolver_header
from .codegen import bundle_c
from .export import INPUT, float_net, onnx_bytes
from .golden import Golden, golden_bytes
from .model import Tensor, TfliteModel, parse
from .outputs import deciding_range, order_of_heads
from .parity import Parity
from .quantize import int8_model
from .representative import representative_windows
from .rewrite import rewrite
from .run_input import RunInput, load_run
from .runtimes import onnx_logits, tflm_logits, torch_logits
from .verify import measure_parity, spread

CARD = "card.md"
ARRAY_SOURCE = "model_data.cc"
RESOLVER = "model_ops.h"
GOLDEN_WINDOWS = 64
MATCHING_WINDOWS = 32  # enough to tell the heads apart

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Converted:
    """The bundle that was written, and how far its forms are apart; look at `parity.failures`."""

    bundle: Bundle
    parity: Parity

    def __repr__(self) -> str:
        kept = "int8 answers as the float net does"
        if not self.parity.passed:
            kept = f"outside its limits: {'; '.join(self.parity.failures)}"
        return f"<converted to {self.bundle.folder}: {kept}>"


def convert(
    run_folder: Path, bundle_folder: Path, progress: Progress = lambda _: None
) -> Converted:
    """Make the bundle of a run; `progress` is called with a line of text at each step.

    A bundle that is there is replaced only when the new one is whole. One that fails its parity is
    written too, and says so in bundle.json and in its card. Raises UsageError when there is no run
    or `bundle_folder` is something else, EdgekitError when the run is unfinished or a step fails.
    """
    trained = load_run(run_folder)
    _may_replace(bundle_folder)
    net = float_net(trained)

    progress(f"exporting {trained.run.net} ({trained.outcome.shipped}) to ONNX")
    onnx = onnx_bytes(net, trained.run.spec)
    windows = representative_windows(net, trained.float_input(trained.representative_xyz_g))
    progress(f"quantising to int8 on {len(windows):,} training windows")
    model = with_ordered_heads(parse(int8_model(onnx, windows)), onnx, net, trained)
    size = len(model.data)
    progress("finding the smallest tensor arena")
    arena_bytes = smallest_arena_bytes(model.data)

    with whole_folder(bundle_folder) as folder:
        (folder / MODEL).write_bytes(model.data)
        (folder / ONNX).write_bytes(onnx)
        (folder / GOLDEN).write_bytes(golden_bytes(_golden(model.data, trained)))
        _write_c(folder, model, arena_bytes, trained.run.spec)
        progress(f"verifying on {len(trained.test):,} held-out windows")
        result = measure_parity(folder, model, net, trained, GOLDEN_WINDOWS)
        fields = _description(trained, model, arena_bytes, result)
        write_text(folder / CARD, card(fields, trained.run, result, size))
        fields["files"] = _files(folder)
        write_json(folder / DESCRIPTION, fields)
    progress(f"wrote {bundle_folder}: {size:,} bytes of model, {arena_bytes:,} of arena")
    return Converted(load_bundle(bundle_folder), result)


def _may_replace(folder: Path) -> None:
    there = folder.exists() or folder.is_symlink()
    empty = folder.is_dir() and not any(folder.iterdir())
    if there and not empty and not (folder / DESCRIPTION).is_file():
        raise UsageError(
            f"{folder} is there and is no bundle; nothing was changed. Give another --out"
        )


def with_ordered_heads(
    model: TfliteModel, onnx: bytes, net: nn.Module, trained: RunInput
) -> TfliteModel:
    """Put posture before placement, each in the int8 range that decides its answers."""
    few_g = trained.representative_xyz_g[:MATCHING_WINDOWS]
    truth = onnx_logits(onnx, trained.float_input(few_g))
    order = order_of_heads(model, trained.int8_input(few_g), truth)
    logits = torch_logits(net, trained.float_input(trained.representative_xyz_g))
    ranges = deciding_range(logits.posture), deciding_range(logits.placement)
    rewritten = rewrite(model, order, INPUT, TASKS, ranges)
    if "TRANSPOSE" in rewritten.operator_names:
        raise EdgekitError(
            f"the int8 model of {trained.run.net!r} holds a TRANSPOSE, which costs a "
            "microcontroller time for nothing. Let its forward bring time before channels and "
            "then flatten, as nets.MTLNet does."
        )
    return rewritten


def _golden(model: bytes, trained: RunInput) -> Golden:
    chosen = trained.test.xyz_g[spread(len(trained.test), GOLDEN_WINDOWS)]
    answers = tflm_logits(model, trained.int8_input(chosen))
    return Golden(counts_of(chosen), answers, hashlib.sha256(model).digest())


def _write_c(folder: Path, model: TfliteModel, arena_bytes: int, spec: Spec) -> None:
    (folder / ARRAY_HEADER).write_text(array_header(model, arena_bytes, spec))
    (folder / ARRAY_SOURCE).write_text(array_source(model.data))
    (folder / RESOLVER).write_text(resolver_header(model.operator_names))
    generated = bundle_c(model, spec)
    (folder / C_SOURCE).write_text(generated.source)
    (folder / C_HEADER).write_text(generated.header)


def _description(
    trained: RunInput, model: TfliteModel, arena_bytes: int, result: Parity
) -> dict[str, Any]:
    """Return bundle.json without its `files`."""
    (window,), (posture, placement) = model.inputs, model.outputs
    config = trained.run.config
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": f"edgekit {__version__}",
        "spec": trained.run.spec.to_json(),
        "shipped": trained.outcome.shipped,
        "input": _tensor(window),
        "outputs": [
            {**_tensor(posture), "labels": list(trained.run.spec.postures)},
            {**_tensor(placement), "labels": list(trained.run.spec.placements)},
        ],
        "accuracy": {
            "float": {name: head.accuracy for name, head in result.torch.heads},
            "int8": {name: head.accuracy for name, head in result.litert.heads},
            "split": config.get("split"),
            "seed": config.get("seed"),
            "data": config.get("dataset"),
            "windows": len(trained.test),
        },
        "agreement": {name: head.agreement for name, head in result.litert.heads},
        "decided": {
            name: {"share": head.decided, "agreement": head.decided_agreement}
            for name, head in result.litert.heads
        },
        "arena_bytes": arena_bytes,
        "macs": model.macs,
        "operators": model.operator_names,
        "run": {
            "name": trained.run.name,
            "net": trained.run.net,
            "parameters": trained.outcome.parameters,
            "config": config,
            "digests": trained.digests,
        },
        # A bundle travels: where the data lay on this computer stays here.
        "dataset": {
            key: value
            for key, value in trained.run.dataset.items()
            if key in ("name", "summary", "digests")
        },
        "parity": result.to_json(),
        **_adapted_from(trained.run),
    }


def _adapted_from(run: Run) -> dict[str, Any]:
    return {"adapted_from": run.adapted_from.to_json()} if run.adapted_from else {}


def _tensor(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "scale": tensor.quantisation.scale,
        "zero_point": tensor.quantisation.zero_point,
    }


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.name: {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }

"""Run to Bundle: export, quantise, rewrite, measure, verify, describe; whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit import __version__
from edgekit.bundle import FORMAT, MODEL, VERSION, Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256, whole_folder, write_json, write_text
from edgekit.front_end import counts_of
from edgekit.spec import Spec

from .arena import smallest_arena_bytes
from .calibration import calibration_windows
from .card import card
from .carray import HEADER as ARRAY_HEADER
from .carray import array_header, array_source, resolver_header
from .codegen import bundle_c
from .export import INPUT, OUTPUTS, float_net, onnx_bytes
from .flatbuffer import rewrite
from .golden import Golden, golden_bytes, sha256_of
from .graph import Port, macs, operators, ports
from .logit_range import deciding_range
from .outputs import order_of_heads
from .quantize import int8_model
from .run_input import RunInput, load_run
from .runtimes import onnx_logits, tflm_logits, torch_logits
from .verify import GOLDEN, ONNX, Parity, parity, spread

DESCRIPTION = "bundle.json"
CARD = "card.md"
ARRAY_SOURCE = "model_data.cc"
RESOLVER = "model_ops.h"
C_SOURCE, C_HEADER = "model.c", "model.h"
GOLDEN_WINDOWS = 64
MATCHING_WINDOWS = 32  # enough to tell the heads apart

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Converted:
    """The bundle that was written, and how far its forms are apart; look at `parity.failures`."""

    bundle: Bundle
    parity: Parity


def convert(
    run_folder: Path, bundle_folder: Path, progress: Progress = lambda _: None
) -> Converted:
    """Make the bundle of a run; `progress` is told each step in one line.

    A bundle that is there is replaced only when the new one is whole. One that fails its parity is
    written too, and says so in bundle.json and in its card. Raises UsageError when there is no run
    or `bundle_folder` is something else, EdgekitError when the run is unfinished or a step fails.
    """
    trained = load_run(run_folder)
    _may_replace(bundle_folder)
    net = float_net(trained)

    progress(f"exporting {trained.run.net} ({trained.outcome.shipped}) to ONNX")
    onnx = onnx_bytes(net, trained.run.spec)
    calibration = calibration_windows(net, trained.float_input(trained.representative_xyz_g))
    progress(f"quantising to int8 on {len(calibration):,} training windows")
    model = _in_order(int8_model(onnx, calibration), onnx, trained)
    progress("finding the smallest tensor arena")
    arena_bytes = smallest_arena_bytes(model)

    with whole_folder(bundle_folder) as folder:
        (folder / MODEL).write_bytes(model)
        (folder / ONNX).write_bytes(onnx)
        (folder / GOLDEN).write_bytes(golden_bytes(_golden(model, trained)))
        _write_c(folder, model, arena_bytes, trained.run.spec)
        progress(f"verifying on {len(trained.test):,} held-out windows")
        result = parity(folder, trained, GOLDEN_WINDOWS)
        fields = _description(trained, model, arena_bytes, result)
        write_text(folder / CARD, card(fields, trained.run.spec, result, len(model)))
        fields["files"] = _files(folder)
        write_json(folder / DESCRIPTION, fields)
    progress(f"wrote {bundle_folder}: {len(model):,} bytes of model, {arena_bytes:,} of arena")
    return Converted(load_bundle(bundle_folder), result)


def _may_replace(folder: Path) -> None:
    there = folder.exists() or folder.is_symlink()
    empty = folder.is_dir() and not any(folder.iterdir())
    if there and not empty and not (folder / DESCRIPTION).is_file():
        raise UsageError(
            f"{folder} is there and is no bundle; nothing was changed. Give another --out"
        )


def _in_order(model: bytes, onnx: bytes, trained: RunInput) -> bytes:
    few_g = trained.representative_xyz_g[:MATCHING_WINDOWS]
    truth = onnx_logits(onnx, trained.float_input(few_g))
    order = order_of_heads(model, trained.int8_input(few_g), truth)
    logits = torch_logits(float_net(trained), trained.float_input(trained.representative_xyz_g))
    ranges = deciding_range(logits.posture), deciding_range(logits.placement)
    rewritten = rewrite(model, order, INPUT, OUTPUTS, ranges)
    if "TRANSPOSE" in operators(rewritten):
        raise EdgekitError(
            f"the int8 model of {trained.run.net!r} holds a TRANSPOSE, which costs a "
            "microcontroller time for nothing. Let its forward bring time before channels and "
            "then flatten, as nets.MTLNet does."
        )
    return rewritten


def _golden(model: bytes, trained: RunInput) -> Golden:
    chosen = trained.test.xyz_g[spread(len(trained.test), GOLDEN_WINDOWS)]
    return Golden(
        counts_of(chosen), tflm_logits(model, trained.int8_input(chosen)), sha256_of(model)
    )


def _write_c(folder: Path, model: bytes, arena_bytes: int, spec: Spec) -> None:
    inputs, outputs = ports(model)
    header = array_header([*inputs, *outputs], len(model), arena_bytes, spec)
    (folder / ARRAY_HEADER).write_text(header)
    (folder / ARRAY_SOURCE).write_text(array_source(model))
    (folder / RESOLVER).write_text(resolver_header(operators(model)))
    generated = bundle_c(model, spec)
    (folder / C_SOURCE).write_text(generated.source)
    (folder / C_HEADER).write_text(generated.header)


def _description(
    trained: RunInput, model: bytes, arena_bytes: int, result: Parity
) -> dict[str, Any]:
    """bundle.json without its `files`."""
    (entry,), (posture, placement) = ports(model)
    config = trained.run.config
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_by": f"edgekit {__version__}",
        "spec": trained.run.spec.to_json(),
        "shipped": trained.outcome.shipped,
        "input": _port(entry),
        "outputs": [
            {**_port(posture), "labels": list(trained.run.spec.postures)},
            {**_port(placement), "labels": list(trained.run.spec.placements)},
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
        "macs": macs(model),
        "operators": operators(model),
        "run": {
            "name": trained.run.name,
            "net": trained.run.net,
            "parameters": trained.outcome.parameters,
            "config": config,
            "digests": trained.digests,
        },
        "dataset": trained.run.dataset,
        "parity": result.to_json(),
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "shape": list(port.shape),
        "scale": port.quantisation.scale,
        "zero_point": port.quantisation.zero_point,
    }


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.name: {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }

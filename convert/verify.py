"""Run the same windows through torch, ONNX, LiteRT, tflite-micro and the generated C."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from edgekit.bundle import GOLDEN, ONNX, Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import counts_of, int8_input
from edgekit.run import DESCRIPTION

from .export import float_net
from .find_run import places, run_of
from .generated import CORES, HOST, compare_generated
from .golden import read_golden
from .model import TfliteModel, parse
from .outputs import saturated
from .parity import MOST_RUNTIME_DIFFERENCE, Parity, compare
from .run_input import RunInput, load_run
from .runtimes import Int8Logits, Logits, litert_logits, onnx_logits, tflm_logits, torch_logits

TFLM_WINDOWS = 2000  # its reference kernels take up to 2 ms a window
EMULATED_WINDOWS = 1000  # a core in emulation takes up to 20 ms a window

Progress = Callable[[str], None]


def verify(
    bundle_folder: Path, run_folder: Path | None = None, progress: Progress = lambda _: None
) -> Parity:
    """Run a bundle's held-out windows through every runtime, as converting did.

    `run_folder`: the run that it was made from; without it, it is looked for (find_run.py). Raises
    UsageError when that is not there, EdgekitError when it is another run or the bundle is damaged.
    """
    bundle = load_bundle(bundle_folder)
    trained = load_run(_run_of(bundle) if run_folder is None else run_folder)
    if bundle.fields["run"]["digests"] != trained.digests:
        raise EdgekitError(
            f"bundle {bundle_folder} was not made from run {trained.run.folder} as it is now: "
            "the weights or run.json differ. Give its own run with --run, or convert this run "
            "again."
        )
    model = parse(bundle.model.read_bytes())
    return measure_parity(
        bundle_folder, model, float_net(trained), trained, EMULATED_WINDOWS, progress
    )


def measure_parity(
    bundle_folder: Path,
    model: TfliteModel,
    net: nn.Module,
    trained: RunInput,
    emulated_windows: int,
    progress: Progress = lambda _: None,
) -> Parity:
    """Compare all forms of one net on the held-out windows; bundle.json need not be there yet.

    `model` is the folder's model.tflite, `net` the run's float net; each emulated core answers
    `emulated_windows`.
    """
    progress(f"{len(trained.test):,} held-out windows through torch, ONNX, LiteRT and tflite-micro")
    xyz_g = trained.test.xyz_g
    some = spread(len(xyz_g), TFLM_WINDOWS)
    counts, windows = counts_of(xyz_g), trained.int8_input(xyz_g)  # (N, window, 3 and channels)
    posture, placement = (output.quantisation for output in model.outputs)

    float_windows = trained.float_input(xyz_g)
    truth = torch_logits(net, float_windows)
    onnx = onnx_logits((bundle_folder / ONNX).read_bytes(), float_windows)
    tflm = tflm_logits(model.data, windows[some])
    on_pi = litert_logits(model.data, windows).dequantised(posture, placement)
    on_mcu = tflm.dequantised(posture, placement)
    apart = np.abs(
        np.hstack([on_pi.posture, on_pi.placement])[some]
        - np.hstack([on_mcu.posture, on_mcu.placement])
    )
    reach = Logits(saturated(truth.posture, posture), saturated(truth.placement, placement))

    every = np.arange(len(xyz_g))
    golden = read_golden(bundle_folder / GOLDEN)
    again = tflm_logits(model.data, int8_input(golden.counts, trained.run.spec.front_end))
    same = (again.posture == golden.answers.posture).all(1)
    same &= (again.placement == golden.answers.placement).all(1)
    generated = []
    for core in (HOST, *CORES):
        few = spread(len(some), len(some) if core == HOST else emulated_windows)
        progress(f"{len(few):,} windows through model.c on {core}")
        answers = Int8Logits(tflm.posture[few], tflm.placement[few])
        generated.append(compare_generated(bundle_folder, core, counts[some][few], answers))
    return Parity(
        torch=compare("torch", "float32", truth, truth, trained.test, every),
        onnx=compare("onnx", "float32", onnx, truth, trained.test, every),
        litert=compare("litert", "int8", on_pi, truth, trained.test, every, reach),
        tflm=compare("tflm", "int8", on_mcu, truth, trained.test, some, reach),
        litert_from_tflm=float(apart.max()),
        litert_beyond=float((apart > MOST_RUNTIME_DIFFERENCE).mean()),
        golden_windows=len(golden.counts),
        golden_reproduced=int(same.sum()),
        generated=tuple(generated),
    )


def spread(count: int, at_most: int) -> NDArray[np.intp]:
    """Return at most `at_most` indices, evenly over 0..count."""
    return np.unique(np.linspace(0, count - 1, min(count, at_most)).astype(np.intp))


def _run_of(bundle: Bundle) -> Path:
    searched = places(bundle)
    folder = run_of(bundle) or next(
        (path for path in searched if (path / DESCRIPTION).is_file()), None
    )
    if folder is None:
        raise UsageError(
            f"bundle {bundle.folder} was made from run {searched[0].name}, which is not at "
            f"{', '.join(map(str, searched))}. Verifying needs its weights and held-out windows: "
            "name its folder with --run FOLDER."
        )
    return folder

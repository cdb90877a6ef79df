"""The same windows through torch, ONNX, LiteRT and tflite-micro: the parity of a bundle."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import MODEL, Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError

from .export import OUTPUTS, float_net
from .golden import read_golden
from .graph import ports
from .run_input import HeldOut, RunInput, load_run
from .runtimes import Logits, litert_logits, onnx_logits, quantise, tflm_logits, torch_logits

ONNX = "model.onnx"
GOLDEN = "golden.bin"
TFLM_WINDOWS = 2000  # its reference kernels take up to 2 ms a window

# Torch is decided where its first class is at least twice as probable as its second. Elsewhere the
# two are near a tie, and rounding the input alone to 8 bits changes the answer of 1 to 2 % of the
# WISDM windows of unseen subjects.
DECIDED_MARGIN = math.log(2.0)  # of logits

LEAST_AGREEMENT = 0.99  # with torch's most probable class, where torch is decided
MOST_LOSS = 0.005  # of accuracy against torch on the same windows, two standard errors allowed
MOST_ONNX_DIFFERENCE = 1e-3  # of the largest logit
# XNNPACK rounds once where TFLM's reference kernels round twice: 99.9 % of outputs this near.
MOST_INT8_DIFFERENCE_LSB = 4
MOST_BEYOND_LSB = 1e-3


@dataclass(frozen=True)
class Head:
    """One task of one runtime; fractions of 1."""

    accuracy: float
    loss: float  # torch's accuracy on the same windows, less this one's
    loss_error: float  # standard error of that, the windows being a sample
    agreement: float  # how often the most probable class is torch's
    decided: float  # the part of the windows on which torch is decided
    decided_agreement: float  # the agreement there
    worst_difference: float  # of a logit, from torch's


@dataclass(frozen=True)
class Column:
    """One runtime against torch, on the same windows."""

    runtime: str  # "torch", "onnx", "litert" or "tflm" (tflite-micro)
    numbers: str  # "float32" or "int8"
    windows: int
    posture: Head
    placement: Head
    largest_logit: float  # of torch's, on these windows

    @property
    def heads(self) -> tuple[tuple[str, Head], tuple[str, Head]]:
        return (OUTPUTS[0], self.posture), (OUTPUTS[1], self.placement)

    @property
    def worst_difference(self) -> float:
        return max(self.posture.worst_difference, self.placement.worst_difference)


@dataclass(frozen=True)
class Parity:
    """How far a bundle's forms of one net are apart."""

    torch: Column
    onnx: Column
    litert: Column
    tflm: Column
    litert_from_tflm_lsb: int  # the worst difference of an int8 output
    litert_beyond_lsb: float  # the part of the outputs that differ by more than the limit
    golden_windows: int
    golden_reproduced: int  # of golden_windows, byte for byte by tflite-micro

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.torch, self.onnx, self.litert, self.tflm

    @property
    def failures(self) -> tuple[str, ...]:
        """A sentence for each limit that is not kept; none when the bundle is sound."""
        said = [line for column in self.columns for line in _failures(column)]
        relative = self.onnx.worst_difference / max(self.onnx.largest_logit, 1e-9)
        if not relative <= MOST_ONNX_DIFFERENCE:
            said.append(
                f"onnx: a logit is {relative:.2e} of the largest away from torch's, "
                f"over {MOST_ONNX_DIFFERENCE:.0e}"
            )
        if self.litert_beyond_lsb > MOST_BEYOND_LSB:
            said.append(
                f"litert and tflite-micro: {100 * self.litert_beyond_lsb:.2f} % of the outputs "
                f"are over {MOST_INT8_DIFFERENCE_LSB} LSB apart, the limit is "
                f"{100 * MOST_BEYOND_LSB:.1f} %"
            )
        if self.golden_reproduced != self.golden_windows:
            said.append(
                f"{GOLDEN}: tflite-micro reproduces {self.golden_reproduced} of "
                f"{self.golden_windows} windows"
            )
        return tuple(said)

    @property
    def passed(self) -> bool:
        return not self.failures

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The headings, and a row of words for each head of each runtime; fits 80 columns.

        Agreement stands twice: over all windows, and over those on which torch is decided.
        """
        rows = [
            [
                column.runtime,
                name,
                f"{column.windows:,}",
                f"{100 * head.accuracy:.2f}",
                f"{100 * head.loss:+.2f}",
                f"{100 * head.agreement:.2f}",
                f"{100 * head.decided_agreement:.2f}",
                f"{head.worst_difference:.0e}",
            ]
            for column in self.columns
            for name, head in column.heads
        ]
        return [
            "runtime",
            "head",
            "n",  # windows
            "right %",
            "loss pt",
            "agree %",
            "decided",
            "worst",  # difference of a logit
        ], rows

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed, "failures": list(self.failures)}


def verify(bundle_folder: Path, run_folder: Path | None = None) -> Parity:
    """Run a bundle's held-out windows through every runtime again.

    `run_folder`: the run that it was made from; without it, runs/<its name> is looked for. Raises
    UsageError when that is not there, EdgekitError when it is another run or the bundle is damaged.
    """
    bundle = load_bundle(bundle_folder)
    run = load_run(_run_of(bundle) if run_folder is None else run_folder)
    if bundle.fields["run"]["digests"] != run.digests:
        raise EdgekitError(
            f"bundle {bundle_folder} was not made from run {run.folder} as it is now: the weights "
            "or run.json differ. Give its own run with --run, or convert this run again."
        )
    return parity(bundle_folder, run)


def parity(bundle_folder: Path, run: RunInput) -> Parity:
    """`verify` on a folder whose bundle.json need not be written yet."""
    model = (bundle_folder / MODEL).read_bytes()
    xyz_g = run.test.xyz_g
    some = spread(len(xyz_g), TFLM_WINDOWS)
    windows = quantise(xyz_g, ports(model)[0][0].quantisation)  # (N, window, 3)

    truth = torch_logits(float_net(run), xyz_g)
    onnx = onnx_logits((bundle_folder / ONNX).read_bytes(), xyz_g)
    litert = litert_logits(model, windows)
    tflm = tflm_logits(model, windows[some])
    apart_lsb = np.abs(
        np.hstack([litert.posture, litert.placement])[some].astype(np.int16)
        - np.hstack([tflm.posture, tflm.placement])
    )

    every = np.arange(len(xyz_g))
    golden = read_golden(bundle_folder / GOLDEN)
    again = tflm_logits(model, golden.windows)
    same = (again.posture == golden.answers.posture).all(1)
    same &= (again.placement == golden.answers.placement).all(1)
    return Parity(
        torch=_column("torch", "float32", truth, truth, run.test, every),
        onnx=_column("onnx", "float32", onnx, truth, run.test, every),
        litert=_column("litert", "int8", litert.dequantised(model), truth, run.test, every),
        tflm=_column("tflm", "int8", tflm.dequantised(model), truth, run.test, some),
        litert_from_tflm_lsb=int(apart_lsb.max()),
        litert_beyond_lsb=float((apart_lsb > MOST_INT8_DIFFERENCE_LSB).mean()),
        golden_windows=len(golden.windows),
        golden_reproduced=int(same.sum()),
    )


def spread(count: int, at_most: int) -> NDArray[np.intp]:
    """At most `at_most` indices, evenly over 0..count."""
    return np.unique(np.linspace(0, count - 1, min(count, at_most)).astype(np.intp))


def _run_of(bundle: Bundle) -> Path:
    folder = Path("runs") / str(bundle.fields["run"]["name"])
    if not folder.is_dir():
        raise UsageError(
            f"bundle {bundle.folder} was made from a run that is not at {folder}: verifying needs "
            "its weights and held-out windows. Say where it is with --run FOLDER."
        )
    return folder


def _column(
    runtime: str, numbers: str, got: Logits, torch: Logits, test: HeldOut, of: NDArray[np.intp]
) -> Column:
    """`got` answers the windows `of`; `torch` and `test` hold all."""
    reference = Logits(torch.posture[of], torch.placement[of])
    return Column(
        runtime=runtime,
        numbers=numbers,
        windows=len(of),
        posture=_head(got.posture, reference.posture, test.posture[of]),
        placement=_head(got.placement, reference.placement, test.placement[of]),
        largest_logit=max(float(np.abs(head).max()) for head in reference.heads),
    )


def _head(got: NDArray[np.float32], torch: NDArray[np.float32], label: NDArray[np.int64]) -> Head:
    answer, reference = got.argmax(1), torch.argmax(1)
    lost = (reference == label).astype(np.float64) - (answer == label)  # 1, 0 or -1 a window
    agrees = answer == reference
    decided = margin(torch) >= DECIDED_MARGIN
    return Head(
        accuracy=float((answer == label).mean()),
        loss=float(lost.mean()),
        loss_error=float(lost.std() / math.sqrt(len(lost))),
        agreement=float(agrees.mean()),
        decided=float(decided.mean()),
        decided_agreement=float(agrees[decided].mean()) if decided.any() else 1.0,
        worst_difference=float(np.abs(got - torch).max()),
    )


def margin(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the first class leads the second, (N, classes) -> (N,); without end if alone."""
    if logits.shape[1] == 1:
        return np.full(len(logits), np.inf, np.float32)
    ordered = np.sort(logits, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _failures(column: Column) -> list[str]:
    said = []
    for name, head in column.heads:
        if not head.decided_agreement >= LEAST_AGREEMENT:
            said.append(
                f"{column.runtime}: {name} agrees with torch on "
                f"{100 * head.decided_agreement:.2f} % of the windows on which torch is decided, "
                f"under {100 * LEAST_AGREEMENT:.0f} %"
            )
        if not head.loss - 2 * head.loss_error <= MOST_LOSS:
            said.append(
                f"{column.runtime}: {name} loses {100 * head.loss:.2f} "
                f"± {100 * head.loss_error:.2f} points of accuracy, over {100 * MOST_LOSS:.1f}"
            )
    return said

"""The same windows through torch, ONNX, LiteRT, tflite-micro and the generated C."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from edgekit.bundle import GOLDEN, ONNX, Bundle, load_bundle
from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import counts_of, int8_input
from edgekit.run import HeldOut
from edgekit.spec import TASKS

from .export import float_net
from .generated import CORES, HOST, Generated, compare_generated
from .golden import read_golden
from .model import TfliteModel, parse
from .outputs import saturated
from .run_input import RunInput, load_run
from .runtimes import Int8Logits, Logits, litert_logits, onnx_logits, tflm_logits, torch_logits

TFLM_WINDOWS = 2000  # its reference kernels take up to 2 ms a window
EMULATED_WINDOWS = 1000  # a core in emulation takes up to 20 ms a window

# A window is decided when torch's likeliest class leads the next by this much in probability. Of
# the others int8 answers some otherwise, and loses no accuracy: torch itself tosses a coin there.
DECIDED_MARGIN = 0.1
MOST_STRAYS = 0.001  # decided windows that int8 answers otherwise; one in any case
MOST_LOSS = 0.005  # of accuracy against torch on the same windows
MOST_ONNX_DIFFERENCE = 1e-3  # of the largest logit
# XNNPACK rounds once where TFLM's reference kernels round twice: 99.9 % of logits this near.
MOST_RUNTIME_DIFFERENCE = 0.25
MOST_BEYOND = 1e-3


@dataclass(frozen=True)
class Head:
    """One task of one runtime; fractions of 1."""

    accuracy: float
    loss: float  # torch's accuracy on the same windows, less this one's
    agreement: float  # how often the likeliest class is torch's
    decided: float  # windows that torch decides by DECIDED_MARGIN or more
    decided_agreement: float  # how often the likeliest class is torch's, on these
    strays: int  # of these, the windows where it is not
    worst_difference: float  # of a logit, from torch's as far as the output's range goes


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
        return (TASKS[0], self.posture), (TASKS[1], self.placement)

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
    litert_from_tflm: float  # the worst difference of a logit
    litert_beyond: float  # the part of the logits that differ by more than the limit
    golden_windows: int
    golden_reproduced: int  # of golden_windows, byte for byte by tflite-micro
    generated: tuple[Generated, ...]  # model.c beside tflite-micro, byte for byte

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.torch, self.onnx, self.litert, self.tflm

    @property
    def failures(self) -> tuple[str, ...]:
        """A sentence for each limit that is not kept; none when the bundle is sound.

        tflite-micro answers a part of the windows only, too few to judge 0.5 points by: it is held
        to LiteRT's logits and to the golden windows instead.
        """
        lines = [line for column in (self.onnx, self.litert) for line in _failures(column)]
        relative = self.onnx.worst_difference / max(self.onnx.largest_logit, 1e-9)
        if not relative <= MOST_ONNX_DIFFERENCE:
            lines.append(
                f"onnx: a logit is {relative:.2e} of the largest away from torch's, "
                f"over {MOST_ONNX_DIFFERENCE:.0e}"
            )
        if self.litert_beyond > MOST_BEYOND:
            lines.append(
                f"litert and tflite-micro: {100 * self.litert_beyond:.2f} % of the logits are over "
                f"{MOST_RUNTIME_DIFFERENCE} apart, the limit is {100 * MOST_BEYOND:.1f} %"
            )
        if self.golden_reproduced != self.golden_windows:
            lines.append(
                f"{GOLDEN}: tflite-micro reproduces {self.golden_reproduced} of "
                f"{self.golden_windows} windows"
            )
        lines += [
            f"model.c differs from tflite-micro: {core}"
            for core in self.generated
            if not core.is_exact
        ]
        return tuple(lines)

    @property
    def passed(self) -> bool:
        return not self.failures

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The headings, and a row of words for each head of each runtime; fits 80 columns."""
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
            "windows",
            "right %",
            "loss",  # points of it, against torch
            "agree %",
            "decided %",  # agreement on the windows that torch decides
            "logit",  # the worst difference from torch's
        ], rows

    def near_ties(self) -> str:
        """A sentence that says what `decided` is, and how many windows are not."""
        shares = ", ".join(
            f"{100 * (1 - head.decided):.1f} % ({name})" for name, head in self.torch.heads
        )
        return (
            f"Decided: the windows on which torch's likeliest class leads by {DECIDED_MARGIN} or "
            f"more in probability. The others are near ties, {shares} of the windows: there int8 "
            "may fall on either side"
        )

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "generated": [asdict(core) for core in self.generated],
            "passed": self.passed,
            "failures": list(self.failures),
        }


Progress = Callable[[str], None]


def verify(
    bundle_folder: Path, run_folder: Path | None = None, progress: Progress = lambda _: None
) -> Parity:
    """Run a bundle's held-out windows through every runtime again.

    `run_folder`: the run that it was made from; without it, runs/<its name> is looked for. Raises
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
    return parity(bundle_folder, model, float_net(trained), trained, EMULATED_WINDOWS, progress)


def parity(
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
        torch=_column("torch", "float32", truth, truth, trained.test, every),
        onnx=_column("onnx", "float32", onnx, truth, trained.test, every),
        litert=_column("litert", "int8", on_pi, truth, trained.test, every, reach),
        tflm=_column("tflm", "int8", on_mcu, truth, trained.test, some, reach),
        litert_from_tflm=float(apart.max()),
        litert_beyond=float((apart > MOST_RUNTIME_DIFFERENCE).mean()),
        golden_windows=len(golden.counts),
        golden_reproduced=int(same.sum()),
        generated=tuple(generated),
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
    runtime: str,
    numbers: str,
    got: Logits,
    torch: Logits,
    test: HeldOut,
    of: NDArray[np.intp],
    reach: Logits | None = None,
) -> Column:
    """Compare a runtime's logits of the windows `of`; `torch` and `test` hold all windows.

    `reach`: torch's logits clipped to the int8 output range; differences are measured against it.
    """
    near = reach or torch
    return Column(
        runtime=runtime,
        numbers=numbers,
        windows=len(of),
        posture=_head(got.posture, torch.posture[of], near.posture[of], test.posture[of]),
        placement=_head(got.placement, torch.placement[of], near.placement[of], test.placement[of]),
        largest_logit=max(float(np.abs(head[of]).max()) for head in torch.heads),
    )


def _head(
    got: NDArray[np.float32],
    torch: NDArray[np.float32],
    near: NDArray[np.float32],
    label: NDArray[np.int64],
) -> Head:
    answer, reference = got.argmax(1), torch.argmax(1)
    agrees, decided = answer == reference, margin(torch) >= DECIDED_MARGIN
    return Head(
        accuracy=float((answer == label).mean()),
        loss=float((reference == label).mean() - (answer == label).mean()),
        agreement=float(agrees.mean()),
        decided=float(decided.mean()),
        decided_agreement=float(agrees[decided].mean()) if decided.any() else 1.0,
        strays=int((decided & ~agrees).sum()),
        worst_difference=float(np.abs(got - near).max()),
    )


def margin(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the likeliest class leads the next in probability (N,), of logits (N, classes).

    A single class leads by 1.
    """
    exponential = np.exp(logits - logits.max(axis=1, keepdims=True))
    ordered = np.sort(exponential / exponential.sum(axis=1, keepdims=True), axis=1)
    if ordered.shape[1] < 2:
        return np.ones(len(ordered), np.float32)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _failures(column: Column) -> list[str]:
    lines = []
    for name, head in column.heads:
        if head.strays > max(1, int(MOST_STRAYS * head.decided * column.windows)):
            lines.append(
                f"{column.runtime}: {name} agrees with torch on "
                f"{100 * head.decided_agreement:.2f} % of the windows that torch decides by "
                f"{DECIDED_MARGIN} or more, under {100 * (1 - MOST_STRAYS):.1f} %"
            )
        if not head.loss <= MOST_LOSS:
            lines.append(
                f"{column.runtime}: {name} loses {100 * head.loss:.2f} points of accuracy, over "
                f"{100 * MOST_LOSS:.1f}"
            )
    return lines

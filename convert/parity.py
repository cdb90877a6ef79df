"""Measure how far a bundle's forms of one net are apart, and name each limit that is not kept."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import GOLDEN
from edgekit.run import HeldOut
from edgekit.spec import TASKS, Task

from .generated import Generated
from .runtimes import Logits

# A window is decided when torch's likeliest class leads the next by this much in probability. Of
# the others int8 answers some differently, and loses no accuracy: torch itself is undecided there.
DECIDED_MARGIN = 0.1
MOST_STRAYS = 0.001  # of the decided windows, answered differently by int8; 1 is always allowed
MOST_LOSS = 0.005  # of accuracy against torch on the same windows
CHANCE_SD = 2.0  # of a loss by chance, which few windows may show
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
    def heads(self) -> tuple[tuple[Task, Head], tuple[Task, Head]]:
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
        """Sentences, each naming a limit that is not kept; none when the bundle is sound.

        tflite-micro answers a part of the windows only, too few to judge 0.5 points by: it is held
        to LiteRT's logits and to the golden windows instead.
        """
        sentences = [line for column in (self.onnx, self.litert) for line in _failures(column)]
        relative = self.onnx.worst_difference / max(self.onnx.largest_logit, 1e-9)
        if not relative <= MOST_ONNX_DIFFERENCE:
            sentences.append(
                f"onnx: a logit is {relative:.2e} of the largest away from torch's, "
                f"over {MOST_ONNX_DIFFERENCE:.0e}"
            )
        if self.litert_beyond > MOST_BEYOND:
            sentences.append(
                f"litert and tflite-micro: {100 * self.litert_beyond:.2f} % of the logits are over "
                f"{MOST_RUNTIME_DIFFERENCE} apart, the limit is {100 * MOST_BEYOND:.1f} %"
            )
        if self.golden_reproduced != self.golden_windows:
            sentences.append(
                f"{GOLDEN}: tflite-micro reproduces {self.golden_reproduced} of "
                f"{self.golden_windows} windows"
            )
        sentences += [
            f"model.c differs from tflite-micro: {core}"
            for core in self.generated
            if not core.is_exact
        ]
        return tuple(sentences)

    @property
    def passed(self) -> bool:
        return not self.failures

    def table(self, tasks: Sequence[Task] = TASKS) -> tuple[list[str], list[list[str]]]:
        """Return the headings, and a row for each head of each runtime; fits 80 columns.

        `tasks` are those with a choice: a head of one class is right whatever it reads.
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
            if name in tasks
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

    def near_ties(self, tasks: Sequence[Task] = TASKS) -> str:
        """Explain in a sentence what `decided` is, and how many windows are not."""
        shares = ", ".join(
            f"{100 * (1 - head.decided):.1f} % ({name})"
            for name, head in self.torch.heads
            if name in tasks
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


def compare(
    runtime: str,
    numbers: str,
    logits: Logits,
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
        posture=_head(logits.posture, torch.posture[of], near.posture[of], test.posture[of]),
        placement=_head(
            logits.placement, torch.placement[of], near.placement[of], test.placement[of]
        ),
        largest_logit=max(float(np.abs(head[of]).max()) for head in torch.heads),
    )


def _head(
    logits: NDArray[np.float32],
    torch: NDArray[np.float32],
    near: NDArray[np.float32],
    label: NDArray[np.int64],
) -> Head:
    answer, reference = logits.argmax(1), torch.argmax(1)
    agrees, decided = answer == reference, margin(torch) >= DECIDED_MARGIN
    return Head(
        accuracy=float((answer == label).mean()),
        loss=float((reference == label).mean() - (answer == label).mean()),
        agreement=float(agrees.mean()),
        decided=float(decided.mean()),
        decided_agreement=float(agrees[decided].mean()) if decided.any() else 1.0,
        strays=int((decided & ~agrees).sum()),
        worst_difference=float(np.abs(logits - near).max()),
    )


def margin(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the likeliest class's lead over the next in probability (N,), of (N, classes) logits.

    A single class leads by 1.
    """
    exponential = np.exp(logits - logits.max(axis=1, keepdims=True))
    ordered = np.sort(exponential / exponential.sum(axis=1, keepdims=True), axis=1)
    if ordered.shape[1] < 2:
        return np.ones(len(ordered), np.float32)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _failures(column: Column) -> list[str]:
    sentences = []
    for name, head in column.heads:
        if head.strays > max(1, int(MOST_STRAYS * head.decided * column.windows)):
            sentences.append(
                f"{column.runtime}: {name} agrees with torch on "
                f"{100 * head.decided_agreement:.2f} % of the windows that torch decides by "
                f"{DECIDED_MARGIN} or more, under {100 * (1 - MOST_STRAYS):.1f} %"
            )
        most = max(MOST_LOSS, _chance_loss(head, column.windows))
        if not head.loss <= most:
            sentences.append(
                f"{column.runtime}: {name} loses {100 * head.loss:.2f} points of accuracy, over "
                f"{100 * most:.1f}"
            )
    return sentences


def _chance_loss(head: Head, windows: int) -> float:
    """Return the loss that near ties which fall to either side by chance would give.

    Of few held-out windows, one is already more than half a point.
    """
    return CHANCE_SD * math.sqrt(max(0.0, (1 - head.agreement) * windows)) / max(windows, 1)

"""Compute figures of merit from a confusion matrix; rows are the truth, columns the answers."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClassMetrics:
    """One class against all others; None where the denominator is zero."""

    name: str
    windows: int
    sensitivity: float | None  # TP / (TP + FN)
    ppv: float | None  # TP / (TP + FP), precision
    npv: float | None  # TN / (TN + FN)
    accuracy: float  # (TP + TN) / all


@dataclass(frozen=True)
class Metrics:
    """One task on one set of windows."""

    accuracy: float
    macro_f1: float  # mean over classes that occur in the truth or in the answers
    balanced_accuracy: float  # mean sensitivity over classes that occur in the truth
    classes: tuple[ClassMetrics, ...]
    confusion: tuple[tuple[int, ...], ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def confusion_matrix(truth: NDArray[Any], answer: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """Count labels (N,) against answers (N,) in a matrix (classes, classes)."""
    pairs = truth.astype(np.int64) * classes + answer.astype(np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def measure(truth: NDArray[Any], answer: NDArray[Any], names: tuple[str, ...]) -> Metrics:
    """Compute all metrics of one task from labels (N,) and answers (N,).

    `names` are its classes in the order of the labels.
    """
    matrix = confusion_matrix(truth, answer, len(names))
    total = int(matrix.sum())
    hit = np.diag(matrix)
    occurs, answered = matrix.sum(axis=1), matrix.sum(axis=0)  # per class: truth, answers
    present = (occurs + answered) > 0
    f1 = 2 * hit[present] / (occurs + answered)[present]
    return Metrics(
        accuracy=float(hit.sum() / max(total, 1)),
        macro_f1=float(f1.mean()) if present.any() else 0.0,
        balanced_accuracy=float((hit[occurs > 0] / occurs[occurs > 0]).mean()) if total else 0.0,
        classes=tuple(
            ClassMetrics(
                name=name,
                windows=int(occurs[k]),
                sensitivity=_share(hit[k], occurs[k]),
                ppv=_share(hit[k], answered[k]),
                npv=_share(total - occurs[k] - answered[k] + hit[k], total - answered[k]),
                accuracy=_share(total - occurs[k] - answered[k] + 2 * hit[k], total) or 0.0,
            )
            for k, name in enumerate(names)
        ),
        confusion=tuple(tuple(int(count) for count in row) for row in matrix),
    )


def accuracy_by(group: NDArray[Any], truth: NDArray[Any], answer: NDArray[Any]) -> dict[Any, float]:
    """Return the accuracy, 0..1, within each group that occurs, such as each subject.

    All arrays are (N,).
    """
    right = truth == answer
    return {value.item(): float(right[group == value].mean()) for value in np.unique(group)}


def _share(part: int, whole: int) -> float | None:
    return float(part / whole) if whole else None

"""The pictures of a run: which epoch ships, axes from zero, and every class by its name."""

import re
from pathlib import Path

import numpy as np

from edgekit.metrics import measure
from edgekit.spec import SLEEP
from edgekit.train.figures import draw_confusion, draw_curves, shipping_epoch
from edgekit.train.loop import Epoch


def epoch(number: int, teacher: float | None, placement: float | None = 0.5) -> Epoch:
    return Epoch(number, 1.0, 0.9, 0.8, 0.7, placement, teacher, placement, 1.0, 1.0)


HISTORY = [epoch(0, 0.6), epoch(1, 0.8), epoch(2, 0.8), epoch(3, 0.7)]


def words(path: Path) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text()))


def test_the_epoch_that_ships_is_the_first_of_the_best_on_validation() -> None:
    assert shipping_epoch(HISTORY, "teacher") == 1
    assert shipping_epoch([epoch(0, 0.6, None), epoch(1, 0.5, None)], "teacher") == 0
    assert shipping_epoch([epoch(0, None, None)], "teacher") is None  # nothing was judged


def test_the_curves_mark_it_and_start_at_zero(tmp_path: Path) -> None:
    draw_curves(HISTORY, "teacher", "a run", tmp_path / "curves.svg")
    shown = words(tmp_path / "curves.svg")
    assert "epoch 2 ships" in shown and "(teacher, best on validation)" in shown
    assert shown.count("0.0 ") == 1 and re.search(r"\b0 20 40 60 80 100\b", shown)


def test_the_confusion_names_every_class_and_counts_in_per_cent_of_the_truth(
    tmp_path: Path,
) -> None:
    truth = np.repeat(np.arange(len(SLEEP.postures)), 4)
    answer = truth.copy()
    answer[0] = 6
    draw_confusion(measure(truth, answer, SLEEP.postures), "posture\na run", tmp_path / "c.svg")
    shown = words(tmp_path / "c.svg")
    assert all(shown.count(name) >= 2 for name in SLEEP.postures)
    assert " 75 " in shown and " 25 " in shown

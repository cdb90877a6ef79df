"""The results table, and what is read off it, on made-up rows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Browser

from edgekit.nets import NETS
from edgekit.pages.palette import MARKERS
from edgekit.pages.palette import NETS as COLOURS
from edgekit.train.compare.description import Description
from edgekit.train.compare.page.accuracies import (
    class_tables,
    methods_tables,
    placement_tables,
    subject_tables,
)
from edgekit.train.compare.page.costs import cost_tables, time_ratios
from edgekit.train.compare.page.drawing import looks
from edgekit.train.compare.page.headline import headline
from edgekit.train.compare.page.page import write_page
from edgekit.train.compare.page.pairwise import pairs_of, pairwise_tables
from edgekit.train.compare.page.studies import SHARE_FIGURES, share_tables, sweep_tables
from edgekit.train.compare.results import SCHEMA, TEACHER
from edgekit.train.methods import METHODS

POSTURES, PLACEMENTS = ("sit", "walk", "lie"), ("phone", "watch")
SKILL = {"singletask": 0.70, "multitask": 0.71, "sd-dropout": 0.70, "born-again": 0.72}
TIMES = {"singletask": 2.0, "multitask": 1.5, "sd-dropout": 4.0, "born-again": 3.0}
ABOUT = Description(
    preset="sound", command="edgekit compare --preset sound", day="2026-11-29", dataset="wisdm",
    summary="a summary", epochs=(50,), windows=None, folds=(0, 1, 2, 3, 4), seeds=(0,),
    splits=("subject", "random-window"), cells=220,
)  # fmt: skip
SMOOTH = {"distill_weight": 0.5, "decay": 0.999, "temperature": 3.0}


def rows_of(method: str, net: str, split: str, fold: int, **more: Any) -> Iterator[dict[str, Any]]:
    """The rows of one made-up cell: all measures, of right shape and of no meaning."""
    smooth = {**SMOOTH, **{k: v for k, v in more.items() if k in SMOOTH}}
    share = more.get("train_share", 1.0)
    cell = {
        "cell": f"{method} {net} {split} {fold} {more}",
        "dataset": "wisdm",
        "net": net,
        "input": "g" if method == "baseline" else "two-gains",
        "method": method,
        "split": split,
        "fold": fold,
        "seed": 0,
        "train_share": share,
        **(smooth if method == "smooth-distill" else {}),
        "epochs": 4,
        "weights": "student",
        "task": "",
        "name": "",
        "answer": "",
    }
    random = np.random.default_rng([fold, round(100 * share), *(method + net).encode()])
    base = SKILL.get(method, 0.73) + (0.12 if split == "random-window" else 0) - 0.2 * (1 - share)
    base += 0.01 * (smooth["temperature"] - 3) + 0.02 * random.standard_normal()
    for weights in ("student", "teacher") if method == "smooth-distill" else ("student",):
        for task, names in (("posture", POSTURES), ("placement", PLACEMENTS)):
            keys = {**cell, "weights": weights, "task": task}
            skill = base + (0.01 if weights == "teacher" else 0) + 0.1 * (task == "placement")
            for lower, measure in enumerate(("accuracy", "macro_f1", "balanced_accuracy")):
                yield {**keys, "measure": measure, "value": skill - 0.01 * lower}
            for name in names:
                yield {**keys, "measure": "class_windows", "name": name, "value": 100}
                for measure in ("class_accuracy", "sensitivity", "ppv", "npv"):
                    yield {**keys, "measure": measure, "name": name, "value": skill}
                for answer in names:
                    count = round(100 * (skill if answer == name else (1 - skill) / 2))
                    confusion = {"measure": "confusion", "name": name, "answer": answer}
                    yield {**keys, **confusion, "value": count}
            for subject in range(4):
                name, value = f"{1600 + 4 * fold + subject}", skill - 0.05 * subject
                yield {**keys, "measure": "subject_accuracy", "name": name, "value": value}
            if task == "posture":
                for name in PLACEMENTS:
                    yield {**keys, "measure": "placement_accuracy", "name": name, "value": skill}
            if method != "baseline":
                for epoch in range(4):
                    value = skill - 0.3 * np.exp(-epoch)
                    curve = {"measure": "validation_accuracy", "epoch": epoch, "value": value}
                    yield {**keys, **curve}
    seconds = TIMES.get(method, 1.7) * (10 + fold)
    cost = {"wall_s": seconds, "cpu_s": 1.1 * seconds, "peak_memory_mb": 500.0}
    for measure, value in cost.items():
        yield {**cell, "measure": measure, "name": "measured", "value": value}
    if method != "baseline":
        yield {**cell, "measure": "parameters", "name": "counted", "value": 12_345}
        yield {**cell, "measure": "macs", "name": "counted", "value": 678_900}
        yield {**cell, "measure": "energy_kwh", "name": "modelled", "value": seconds * 3e-6}
    if method == "singletask":
        for task in ("posture", "placement"):
            for measure, value in cost.items():
                half = {"measure": measure, "name": "measured", "value": value / 2}
                yield {**cell, "task": task, **half}


def comparison(folds: int = 5, nets: tuple[str, ...] = ("mtl-net-small",)) -> pl.DataFrame:
    """Every study: methods, baselines, two nets at three shares, three constants."""
    rows: list[dict[str, Any]] = []
    smooth = "smooth-distill"
    for split in ("subject", "random-window"):
        for fold in range(folds):
            for net in nets:
                for method in METHODS:
                    rows += rows_of(method, net, split, fold)
                for name, values in {
                    "distill_weight": (0.001, 0.1, 1.0),
                    "decay": (0.9, 0.99, 0.9999),
                    "temperature": (1.0, 2.0, 5.0),
                }.items():
                    for value in values:
                        rows += rows_of(smooth, net, split, fold, **{name: value})
            for net in (*nets, "lstm", "gru"):
                for share in (0.1, 0.5, 1.0) if net not in nets else (0.1, 0.5):
                    rows += rows_of(smooth, net, split, fold, train_share=share)
            for name in ("trees", "rocket"):
                rows += rows_of("baseline", name, split, fold)
    return pl.DataFrame(rows, schema=SCHEMA)


@pytest.fixture(scope="module")
def whole() -> pl.DataFrame:
    return comparison()


def test_a_table_stands_for_every_study(whole: pl.DataFrame) -> None:
    assert [t.title for t in methods_tables(whole)] == [
        "mtl-net-small: posture",
        "mtl-net-small: placement",
    ]
    assert len(pairwise_tables(whole)) == 4  # two splits, two tasks
    assert len(class_tables(whole)) == len(subject_tables(whole)) == 1
    assert len(placement_tables(whole)) == len(cost_tables(whole)) == 1
    assert [t.title for t in share_tables(whole)] == list(SHARE_FIGURES.values())
    assert len(sweep_tables(whole)) == 3


def test_every_line_of_a_table_has_an_entry_for_every_column(whole: pl.DataFrame) -> None:
    kinds = (methods_tables, pairwise_tables, class_tables, subject_tables, placement_tables,
             cost_tables, share_tables, sweep_tables)  # fmt: skip
    for make_tables in kinds:
        for table in make_tables(whole):
            assert {len(row) for row in table.rows} == {len(table.columns)}
            rule = table.to_markdown().splitlines()[3]
            assert rule.count("---") == len(table.columns)


def test_the_methods_table_holds_means_over_cells_and_the_papers_line(whole: pl.DataFrame) -> None:
    table = methods_tables(whole)[0]
    lines = {row[0]: row for row in table.rows}
    rows = whole.filter(
        method="born-again", split="subject", task="posture", measure="accuracy", train_share=1
    )
    mean, spread = 100 * rows["value"].mean(), 100 * rows["value"].std()  # type: ignore[operator]
    assert lines["Born-Again"][1] == f"{mean:.1f} ± {spread:.1f}"
    assert lines["Born-Again"][4] == "5"
    assert lines["the paper (student, 300 epochs)"][5] == "68.6"
    assert {"trees (no net)", "rocket (no net)", "Smooth-Distill (teacher)"} <= set(lines)


def test_swept_constants_and_shares_stay_out_of_the_methods_table(whole: pl.DataFrame) -> None:
    """A cell with another temperature or share would be counted as one more fold."""
    for row in methods_tables(whole)[0].rows:
        assert row[4] in ("5", "-")


def test_time_is_over_one_single_task_training(whole: pl.DataFrame) -> None:
    ratios = time_ratios(whole, "mtl-net-small", "cpu_s")
    # Made up: single-task takes 2.0 for both of its nets, so 1.0 for one.
    assert np.mean(ratios["smooth-distill"]) == pytest.approx(1.7)
    assert np.mean(ratios["born-again"]) == pytest.approx(3.0)


def test_pairs_meet_on_the_places_that_both_have_done(whole: pl.DataFrame) -> None:
    cut = whole.filter((pl.col("method") != "born-again") | (pl.col("fold") < 3))
    pairs = pairs_of(cut, "mtl-net-small", "subject", "posture")
    assert pairs[TEACHER, "born-again"].n == 3
    assert pairs[TEACHER, "multitask"].n == 5


def test_the_page_is_one_file_with_every_picture_in_it(whole: pl.DataFrame, tmp_path: Path) -> None:
    page = write_page(tmp_path, whole, ABOUT).page
    html, text = page.read_text(), (tmp_path / "results.md").read_text()
    pictures = list((tmp_path / "pictures").glob("*.svg"))
    assert html.count("<svg ") == len(pictures) == text.count("](pictures/")
    kinds = {picture.name.split("-")[0] for picture in pictures}
    assert kinds == {"curves", "confusion", "shares", "sweeps", "cost"}
    assert "://" not in html  # it fetches nothing
    for section in (
        "How right is each method?",
        "Do the methods differ?",
        "What does a training cost?",
        "Constants of",
    ):
        assert f"## {section}" in text
        assert f">{section}" in html


def test_the_page_says_how_it_was_made(whole: pl.DataFrame, tmp_path: Path) -> None:
    made = write_page(tmp_path, whole, ABOUT)
    for text in (made.page.read_text(), (tmp_path / "results.md").read_text()):
        for fact in ("edgekit compare --preset sound", "2026-11-29", "a summary", "0, 1, 2, 3, 4"):
            assert fact in text
        assert "smoke run" not in text and "p values" in text
    assert made.findings and "95 % interval" in " ".join(made.findings)


def test_tables_are_folded_and_findings_come_first(whole: pl.DataFrame, tmp_path: Path) -> None:
    html = write_page(tmp_path, whole, ABOUT).page.read_text()
    tables = [match.start() for match in re.finditer("<table", html)]
    for at in tables:
        assert html.rfind("<details", 0, at) > html.rfind("</details>", 0, at)
    assert html.index("is the best net for posture") < html.index("<dt>command") < tables[0]


def test_nothing_overflows_on_a_phone_and_pictures_turn_dark(
    whole: pl.DataFrame, tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900}, color_scheme="dark")
    page.goto(write_page(tmp_path, whole, ABOUT).page.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    ink = page.evaluate("getComputedStyle(document.querySelector('svg .f-ink')).fill")
    assert ink == "rgb(232, 233, 236)"
    page.close()


@pytest.mark.parametrize("short", [{"epochs": (2,), "preset": "smoke"}, {"windows": 600}])
def test_a_smoke_run_says_so_and_shows_no_statistics(
    short: dict[str, Any], whole: pl.DataFrame, tmp_path: Path
) -> None:
    about = replace(ABOUT, **short)
    made = write_page(tmp_path, whole, about)
    assert about.is_smoke and not ABOUT.is_smoke
    assert "nothing can be concluded from it" in made.page.read_text()
    assert "**This is a smoke run.**" in (tmp_path / "results.md").read_text()
    for text in (made.page.read_text(), (tmp_path / "results.md").read_text()):
        shown = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
        for claim in ("level with", "95 % interval", "Holm", "is the best net", "flatter"):
            assert claim not in shown, claim
        assert "guessing among 3 classes would be right in 33.3 %" in shown
        assert "edgekit compare --preset sound" in shown


def test_a_page_of_what_is_done_so_far_leaves_out_the_rest(
    whole: pl.DataFrame, tmp_path: Path
) -> None:
    baselines = whole.filter(pl.col("method") == "baseline")
    one = whole.filter(method="multitask", fold=0, split="subject", train_share=1)
    for number, part in enumerate((baselines, one, pl.concat([baselines, one]))):
        assert write_page(tmp_path / str(number), part, ABOUT).page.is_file()
    assert "Constants" not in (tmp_path / "1" / "results.md").read_text()


def test_the_headline_names_the_best_the_gap_and_the_cost(whole: pl.DataFrame) -> None:
    summary = " ".join(headline(whole))
    assert (
        "On held-out people, Smooth-Distill (teacher) on mtl-net-small is the best net for posture"
        in summary
    )
    assert "rocket (no net)" in summary or "trees (no net)" in summary
    assert "Random windows flatter" in summary
    assert "Smooth-Distill 1.70 (1.72)" in summary
    assert "Born-Again" in summary


def test_baselines_that_were_asked_for_alone_have_their_tables(whole: pl.DataFrame) -> None:
    posture, placement = methods_tables(whole.filter(method="baseline"))
    assert posture.title == "no net: posture"
    assert placement.title == "no net: placement"
    assert [row[0] for row in posture.rows][:2] == ["trees (no net)", "rocket (no net)"]


def test_every_net_has_a_look_of_its_own() -> None:
    assert looks(10) == list(zip(COLOURS, MARKERS, strict=True))
    assert len(set(COLOURS)) == len(set(MARKERS)) == 10
    assert len(set(looks(len(NETS) + 30))) == len(NETS) + 30


def test_of_one_placement_no_table_and_no_picture_speaks(
    tmp_path: Path, whole: pl.DataFrame
) -> None:
    alone = whole.filter(pl.col("task") != "placement")
    assert not [table.title for table in methods_tables(alone) if "placement" in table.title]
    assert all(column.group != "placement" for t in subject_tables(alone) for column in t.columns)
    write_page(tmp_path, alone, ABOUT)
    assert not list(tmp_path.glob("pictures/*placement*"))


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        ("wisdm: 56 files", "wisdm: 56 files"),
        ("56 files", "wisdm: 56 files"),
        ("", "wisdm"),
    ],
)
def test_the_data_set_is_named_once(summary: str, line: str) -> None:
    assert dict(replace(ABOUT, summary=summary).facts)["data set"] == line

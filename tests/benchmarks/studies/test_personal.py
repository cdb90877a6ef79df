"""The page of personalisation: means over folds; the docs hold what was measured."""

import json
from pathlib import Path
from typing import Any

import pytest

from edgekit.benchmarks.studies.personal_page import over_folds, table, write_page
from edgekit.errors import UsageError

HOUSE = Path(__file__).parents[3]


def session(fold: int, right: float) -> dict[str, Any]:
    """One session whose every accuracy after 15 s is `right`, and before half of that."""
    before, after = (
        {number: dict.fromkeys(("own", "old"), accuracies) for number in ("float", "int8")}
        for accuracies in ({"posture": right / 2, "placement": right / 2},
                           {"posture": right, "placement": right})
    )  # fmt: skip
    cells = [
        {"seconds": 15, "part": part, "windows": {}, "before": before, "after": after}
        for part in ("heads", "all")
    ]
    return {"fold": fold, "subject": str(right), "placement": 0, "cells": cells}


def test_a_fold_counts_once_however_many_sessions_it_has() -> None:
    results = [session(0, 0.5), session(0, 0.7), session(1, 0.8)]
    mean, sd = over_folds(results, 15, "all", "after", "int8", "own", "posture")
    assert mean == pytest.approx((60 + 80) / 2)
    assert sd == pytest.approx(200**0.5)


def test_the_table_begins_with_the_net_as_it_was() -> None:
    lines = table([session(0, 0.8)]).splitlines()
    assert lines[2].startswith("| 0 | nothing | the wearer | 40.0 ± 0.0")
    assert lines[3].startswith("| 15 | heads alone | the wearer | 80.0 ± 0.0")
    assert len(lines) == 2 + 2 * 3


def test_the_page_needs_a_finished_session(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished session"):
        write_page(tmp_path, tmp_path / "page")


def test_a_page_is_a_picture_a_table_and_every_session(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "0.json").write_text(json.dumps(session(0, 0.8)))
    written = write_page(tmp_path / "sessions", tmp_path / "page")
    assert (tmp_path / "page" / "curve.svg").read_text().startswith("<svg")
    assert written == table(json.loads((tmp_path / "page" / "results.json").read_text()))


def test_the_docs_hold_what_was_measured() -> None:
    measured = json.loads((HOUSE / "docs" / "personalisation" / "results.json").read_text())
    assert {result["fold"] for result in measured} == set(range(5))
    assert table(measured) in (HOUSE / "docs" / "reproduction.md").read_text()

"""The laws of a lane, asked of the page's own script in its browser."""

import random
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.helpers.label_page import label_page, opened, unlabelled

DURATION_S = 20.0

# Applies each change to the lane as it was after those before, and returns the lane after each.
APPLY = """async ([changes, duration_s]) => {
  const spans = await import("/spans.js");
  let lane = [];
  return changes.map(([kind, ...rest]) => {
    if (kind === "put") lane = spans.put(lane, ...rest);
    if (kind === "erase") lane = spans.erase(lane, ...rest);
    if (kind === "move" && lane.length) {
      const span = lane[rest[0] % lane.length];
      lane = spans.moveEdge(lane, span, rest[1], rest[2], duration_s);
    }
    return lane;
  });
}"""


def name_at(lane: list[list[Any]], at_s: float) -> str:
    return next((name for start, end, name in lane if start <= at_s < end), "")


def test_however_spans_are_drawn_a_lane_never_disagrees_with_itself(
    browser: Browser, tmp_path: Path
) -> None:
    rng = random.Random(5)
    unlabelled(tmp_path / "ann.npz", "supine")
    changes: list[tuple[Any, ...]] = []
    for _ in range(3000):
        start, end = sorted(rng.uniform(0, DURATION_S) for _ in range(2))
        if rng.random() < 0.3:  # short ones, and round edges that touch
            start, end = round(start), round(start) + rng.choice([0.001, 0.5, 1])
        end = min(end, DURATION_S)
        kind = rng.choice(["put", "put", "erase", "move"])
        if kind == "move":
            changes.append(("move", rng.randrange(99), rng.randrange(2), rng.uniform(-1, 21)))
        else:
            changes.append((kind, start, end, *([rng.choice("abc")] if kind == "put" else [])))
    with label_page(tmp_path / "ann.npz") as address:
        page = opened(browser, address)
        lanes = page.evaluate(APPLY, [changes, DURATION_S])
        page.context.close()
    before: list[list[Any]] = []
    for (kind, *rest), lane in zip(changes, lanes, strict=True):
        edges = [edge for start, end, _ in lane for edge in (start, end)]
        assert edges == sorted(edges) and all(end > start for start, end, _ in lane)
        assert all(0 <= edge <= DURATION_S and edge == round(edge, 3) for edge in edges)
        for at_s in (0.0105, *(rng.uniform(0, DURATION_S) for _ in range(3))):
            if kind != "move":
                is_inside = rest[0] + 0.001 <= at_s < rest[1] - 0.001
                is_outside = at_s < rest[0] - 0.002 or at_s >= rest[1] + 0.002
                if is_inside:
                    assert name_at(lane, at_s) == (rest[2] if kind == "put" else "")
                if is_outside:
                    assert name_at(lane, at_s) == name_at(before, at_s)
        if kind == "move":
            assert len(lane) <= len(before)
        before = lane

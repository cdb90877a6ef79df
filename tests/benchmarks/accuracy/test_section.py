"""What the page says of accuracy, from records alone."""

from dataclasses import replace

from edgekit.benchmarks.accuracy.edge import (
    ATAN2,
    FLOAT,
    GENERATED,
    EdgeAccuracy,
    Form,
    HeadAccuracy,
)
from edgekit.benchmarks.accuracy.robustness import Curve, Robustness
from edgekit.benchmarks.accuracy.section import edge_section, robustness_section
from edgekit.benchmarks.section import FigureSection, FigureTable
from tests.helpers.bench_facts import NET_FACTS

FACTS = NET_FACTS
EDGE = EdgeAccuracy(
    bundle="net",
    windows=100,
    postures=("supine", "prone", "left"),
    posture_windows=(60, 40, 0),
    placements=("neck", "chest"),
    placement_windows=(100, 0),
    forms=(
        Form(FLOAT, HeadAccuracy(0.9, 0.9, (0.95, 0.825, None)), HeadAccuracy(1, 1, (1.0, None))),
        Form(
            GENERATED, HeadAccuracy(0.89, 0.88, (0.95, 0.8, None)), HeadAccuracy(1, 1, (1.0, None))
        ),
        Form(ATAN2, HeadAccuracy(0.91, 0.9, (1.0, 0.775, None)), None),
    ),
)


def tables(section: FigureSection) -> tuple[FigureTable, ...]:
    return (*section.tables, *section.detail_tables)


def test_the_loss_on_the_way_to_c_is_printed_beside_the_angle() -> None:
    (sentence,) = edge_section([(FACTS, EDGE)]).sentences
    assert "90.0 % of windows right (posture) in float" in sentence
    assert "89.0 % in int8 (generated C) (-1.00 points)" in sentence
    assert "the angle alone (atan2) reaches 91.0 %" in sentence
    assert "split subject, seed 0, 100 of 100 windows" in sentence


def test_windows_that_a_quick_run_left_out_are_not_claimed() -> None:
    of_all = replace(FACTS, test_windows=4_608)
    section = edge_section([(of_all, EDGE)])
    assert "100 of 4,608 windows" in section.sentences[0]
    assert "100 of 4,608 windows" in section.detail_tables[0].note


def test_walking_is_no_posture() -> None:
    walks = replace(FACTS, domain="wisdm")
    everything, classes = tables(edge_section([(walks, EDGE)]))
    assert everything.columns[0] == "activity" and classes.rows[0].words[0] == "activity"
    assert classes.rows[0].figures[0] is not None and classes.rows[0].figures[0].value == 95
    assert edge_section([(FACTS, EDGE), (walks, EDGE)]).tables[0].columns[0] == (
        "posture or activity"
    )


def test_a_class_without_windows_has_no_row_and_the_angle_no_placement() -> None:
    everything, classes = tables(edge_section([(FACTS, EDGE)]))
    assert [row.words[1] for row in classes.rows] == ["supine", "prone", "neck"]
    assert everything.rows[-1].figures[2:] == (None, None)
    assert classes.rows[-1].figures[-1] is None


def test_of_one_placement_no_accuracy_is_shown() -> None:
    waist = replace(EDGE, placements=("waist",), placement_windows=(100,))
    everything, classes = tables(edge_section([(FACTS, waist)]))
    assert [row.words[1] for row in classes.rows] == ["supine", "prone"]
    assert all(row.figures[2:] == (None, None) for row in everything.rows)


def test_nets_of_one_data_set_share_one_line_of_the_angle() -> None:
    curve = Curve("rotated mounting", (0, 5), (0.9, 0.8), (0.85, 0.8))
    one = Robustness("a", 100, (curve,) * 5)
    other = replace(one, curves=(replace(curve, net=(0.7, 0.6)),) * 5)
    found = [(replace(FACTS, name="a"), one), (replace(FACTS, name="b"), other)]
    chart = robustness_section(found).charts[0]
    assert [line.name for line in chart.series] == ["a", "atan2 (synthetic)", "b"]
    assert [line.dashed for line in chart.series] == [False, True, False]


def test_without_records_nothing_is_drawn() -> None:
    assert not robustness_section([]).charts and not edge_section([]).tables


def test_the_classes_of_bundles_with_the_same_windows_stand_side_by_side() -> None:
    other = replace(FACTS, name="other")
    elsewhere = replace(FACTS, name="elsewhere", data="wisdm")
    found = [(FACTS, EDGE), (other, EDGE), (elsewhere, EDGE)]
    of_both, of_one = edge_section(found).detail_tables
    assert of_both.columns == (
        "net: float (torch)", "net: int8 (generated C)", "other: float (torch)",
        "other: int8 (generated C)", "atan2 of the median",
    )  # fmt: skip
    assert of_one.title == "Class by class: wisdm, split subject"


def test_the_worst_level_of_a_disturbance_is_a_sentence() -> None:
    curve = Curve("rotated mounting", (0, 5), (0.9, 0.8), (0.85, 0.8))
    section = robustness_section([(FACTS, Robustness("net", 100, (curve,) * 5))])
    assert section.sentences[0] == (
        "Rotated mounting of 5 deg: net 80.0 % (from 90.0); atan2 80.0 % (from 85.0) (measured)."
    )
    assert section.charts[0].y_limits == (0, 100)

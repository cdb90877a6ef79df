"""The two sections: every figure has its kind and source, and what is missing leaves no hole."""

from dataclasses import replace

from edgekit.benchmarks.energy import comparison
from edgekit.benchmarks.energy import section as energy
from edgekit.benchmarks.energy import training_section as training
from edgekit.benchmarks.energy.angle import Angle
from edgekit.benchmarks.facts import Facts, Training
from edgekit.benchmarks.figure import Figure, Kind, Spread
from edgekit.benchmarks.meters.record import Metered
from edgekit.benchmarks.section import FigureSection, FigureTable

MICRO = Facts(
    name="micro",
    digest="d",
    net="mtl-net-micro",
    domain="sleep",
    rate_hz=50.0,
    window=100,
    hop=60,
    parameters=13_231,
    macs=113_232,
    arena_bytes=8_960,
    file_bytes={"model.tflite": 24_000},
    data="synthetic",
    split="subject",
    seed=0,
    test_windows=4_608,
    posture_float=0.942,
    posture_int8=0.943,
    placement_float=0.797,
    placement_int8=0.798,
    training=Training(0.84, 1.67, 2e-6, "modelled", "cpu", 16_704, 2),
)
LARGE = replace(MICRO, name="large", posture_int8=0.952, file_bytes={"model.tflite": 1_850_000})
INSTRUCTIONS = {"micro": 196_791, "large": 2_856_870}
ANGLE = Angle("cortex-m4", "zig", 12_899)
MONITORING = Figure(0.9, "s", Kind.MEASURED, "a minute of the monitor", 0.8, 1.0)


def made(*metered: Metered) -> FigureSection:
    return energy.section(
        [MICRO, LARGE], INSTRUCTIONS, ANGLE, {"micro": 0.945}, MONITORING, metered
    )


def titled(section: FigureSection, start: str) -> FigureTable:
    return next(table for table in section.tables if table.title.startswith(start))


def test_every_figure_of_both_sections_has_a_unit_a_kind_and_a_source() -> None:
    for section in (made(), training.section([MICRO, LARGE], INSTRUCTIONS)):
        for table in section.tables:
            assert table.note
            for row in table.rows:
                assert len(row.words) == len(table.words), table.title
                assert len(row.figures) == len(table.columns), table.title
                assert all(figure is None or figure.source for figure in row.figures), row.words


def test_the_same_records_make_the_same_sections() -> None:
    assert made() == made()


def test_a_reviewer_adds_the_parts_and_has_the_total() -> None:
    rows = {row.words[0]: row.figures[0] for row in titled(made(), "From the data sheet").rows}
    together = rows["together"]
    parts = [
        figure
        for name, figure in rows.items()
        if figure is not None and figure.unit == "uA" and name != "together"
    ]
    assert together is not None and len(parts) == 8
    assert abs(together.value - sum(part.value for part in parts)) < 1e-9


def test_atan2_stands_beside_the_nets_with_what_it_takes() -> None:
    who = {row.words[0] for row in titled(made(), "Who decides").rows}
    assert who == {"micro", "large", "atan2"}
    chart = next(chart for chart in made().charts if chart.name == "energy-accuracy-1")
    assert [series.name for series in chart.series if series.dashed] == ["atan2"]


def test_an_accuracy_says_how_sure_it_is_and_that_it_is_the_bundles() -> None:
    right = titled(made(), "Who decides").rows[0].figures[-1]
    assert right is not None and right.low is not None and right.high is not None
    assert right.low < right.value < right.high and "bundle.json" in right.source


def test_a_net_that_does_not_fit_is_reported() -> None:
    fits = {row.words[0]: row.words[2] for row in titled(made(), "Who decides").rows}
    assert fits == {"micro": "yes", "large": "no", "atan2": "yes"}
    micro, large, *_ = made().sentences
    assert "had the XIAO's flash room" in large and "had the XIAO's flash room" not in micro


def test_other_data_at_the_same_rate_are_another_picture() -> None:
    assert len(comparison.comparable_groups([MICRO, LARGE])) == 1
    assert len(comparison.comparable_groups([MICRO, replace(MICRO, data="mhealth")])) == 2
    assert len(comparison.comparable_groups([MICRO, replace(MICRO, split="random-window")])) == 2


def test_accuracies_of_other_windows_are_not_on_one_picture() -> None:
    other = replace(MICRO, name="other", data="wisdm", domain="wisdm", rate_hz=20.0, hop=24)
    section = energy.section([MICRO, other], {**INSTRUCTIONS, "other": 1}, ANGLE, {}, None)
    names = [chart.name for chart in section.charts]
    assert "energy-accuracy-1" in names and "energy-accuracy-2" in names
    table = titled(section, "Who decides, and what it takes: wisdm")
    assert "100 Hz" in table.rows[0].words[1]
    assert table.columns[-1] == "activity"


def test_a_metered_wearable_replaces_the_modelled_total() -> None:
    metered = Metered("INA226", "wearable", 600.0, Spread(5e-4, 4.9e-4, 5.1e-4), None)
    rows = {row.words[0]: row.figures[0] for row in titled(made(metered), "From the data").rows}
    assert rows["together"] is not None and rows["together"].kind is Kind.MEASURED
    micro, large, *_ = made(metered).sentences
    assert str(rows["days on a LiPo, 100 mAh, never off"]) in micro and "was metered" in micro
    assert large == made().sentences[1]  # of the first bundle alone: it is what was worn


def test_another_machines_power_is_not_the_wearables() -> None:
    metered = Metered("INA226", "monitoring", 600.0, Spread(0.6, 0.6, 0.6), None)
    assert titled(made(metered), "From the data") == titled(made(), "From the data")


def test_a_metered_machine_has_a_row_among_the_pis() -> None:
    metered = Metered("INA226", "monitoring", 600.0, Spread(0.7, 0.69, 0.71), None)
    row = titled(made(metered), "A night of 8 h").rows[-1]
    assert "INA226" in row.words[0]
    assert row.figures[2] is not None and row.figures[2].kind is Kind.MEASURED


def test_without_records_the_constants_and_the_papers_training_are_left() -> None:
    section = energy.section([], {}, None, {}, None)
    assert titled(section, "What the wearable's model stands on").rows
    alone = training.section([replace(MICRO, training=None)], {})
    assert all(row.words[1] == "A100" for row in alone.tables[0].rows)


def test_a_bundle_without_its_run_is_held_against_the_papers_training() -> None:
    section = training.section([replace(MICRO, training=None)], INSTRUCTIONS)
    row = titled(section, "Against sending").rows[0]
    assert row.figures[3] is None and row.figures[4] is not None

"""The two sections: every figure has its kind and source, and what is missing leaves no hole."""

from dataclasses import replace

from edgekit.benchmarks.energy import comparison
from edgekit.benchmarks.energy import section as energy
from edgekit.benchmarks.energy import training_section as training
from edgekit.benchmarks.energy.angle import Angle
from edgekit.benchmarks.energy.constant_tables import constant_tables
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
    tables = (*section.tables, *section.detail_tables)
    return next(table for table in tables if table.title.startswith(start))


def test_every_figure_of_both_sections_has_a_unit_a_kind_and_a_source() -> None:
    for section in (made(), training.section([MICRO, LARGE], INSTRUCTIONS)):
        for table in (*section.tables, *section.detail_tables):
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
    who = {row.words[0] for row in titled(made(), "What each decider").rows}
    assert who == {"micro", "large", "atan2"}
    (days,) = made().charts[0].series
    assert days.names == ("micro", "large", "atan2")


def test_an_accuracy_says_how_sure_it_is_and_that_it_is_the_bundles() -> None:
    right = titled(made(), "What each decider").rows[0].figures[-1]
    assert right is not None and right.low is not None and right.high is not None
    assert right.low < right.value < right.high and "bundle.json" in right.source


def test_a_net_that_does_not_fit_is_reported() -> None:
    fits = {row.words[0]: row.words[3] for row in titled(made(), "What each decider").rows}
    assert fits == {"micro": "yes", "large": "no", "atan2": "yes"}
    micro, large, *_ = made().sentences
    assert "if the XIAO's flash had room" in large and "if the XIAO's flash had" not in micro


def test_other_data_at_the_same_rate_are_another_picture() -> None:
    assert len(comparison.comparable_groups([MICRO, LARGE])) == 1
    assert len(comparison.comparable_groups([MICRO, replace(MICRO, data="mhealth")])) == 2
    assert len(comparison.comparable_groups([MICRO, replace(MICRO, split="random-window")])) == 2


def test_what_was_tested_on_other_windows_names_its_data_and_rate() -> None:
    other = replace(MICRO, name="other", data="wisdm", domain="wisdm", rate_hz=20.0, hop=24)
    section = energy.section([MICRO, other], {**INSTRUCTIONS, "other": 1}, ANGLE, {}, None)
    names = [chart.name for chart in section.detail_charts]
    assert "battery-hop-1" in names and "battery-hop-2" in names
    rows = {row.words[0]: row.words for row in titled(section, "What each decider").rows}
    assert rows["other"][1] == "wisdm, subject" and "100 Hz" in rows["other"][2]
    assert rows["micro"][1] == "synthetic, subject" and "50 Hz" in rows["micro"][2]


def test_a_metered_wearable_replaces_the_modelled_total() -> None:
    metered = Metered("INA226", "wearable", 600.0, Spread(5e-4, 4.9e-4, 5.1e-4), None)
    rows = {row.words[0]: row.figures[0] for row in titled(made(metered), "From the data").rows}
    assert rows["together"] is not None and rows["together"].kind is Kind.MEASURED
    micro, large, *_ = made(metered).sentences
    lasting = rows["days on a LiPo, 100 mAh, never off"]
    assert lasting is not None and f"micro: {lasting.value:.1f} days" in micro
    assert "was measured" in micro
    assert made(metered).charts[0].series[0].y[0] == lasting.value
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
    assert titled(section, "A night of 8 h on a Raspberry Pi").rows
    assert all(table.rows for table in constant_tables())
    alone = training.section([replace(MICRO, training=None)], {})
    assert all(row.words[1] == "A100" for row in titled(alone, "Energy of a training").rows)


def test_a_bundle_without_its_run_is_held_against_the_papers_training() -> None:
    section = training.section([replace(MICRO, training=None)], INSTRUCTIONS)
    row = titled(section, "Deciding on the wearable").rows[0]
    assert row.figures[3] is None and row.figures[4] is not None


def test_that_sending_takes_less_than_deciding_is_a_sentence() -> None:
    first = training.section([MICRO, LARGE], INSTRUCTIONS).sentences[0]
    sending, deciding = first.split("; ")
    assert sending.startswith("Sending the raw data to a phone takes less current than deciding")
    assert "large (" in sending and "micro (" not in sending
    assert "deciding takes less current than sending with micro (" in deciding
    assert training.radio_sentence([], {}) == ""

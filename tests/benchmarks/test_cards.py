"""The five cards: their numbers are the records', and what was not measured says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.benchmarks.accuracy.edge import GENERATED
from edgekit.benchmarks.cards import Card, cards
from edgekit.benchmarks.figure import Figure, Kind
from edgekit.benchmarks.findings import findings
from edgekit.benchmarks.firmware.budget import read_budget
from edgekit.benchmarks.inference.record import LITERT
from edgekit.benchmarks.overview import overview
from edgekit.benchmarks.results import Results, read_results

RECORDS = Path(__file__).parents[2] / "docs" / "benchmarks" / "results"


@pytest.fixture(scope="module")
def results() -> Results:
    return read_results(RECORDS)


def by_name(results: Results) -> dict[str, Card]:
    return {card.name: card for card in cards(results, read_budget())}


def test_the_cards_numbers_are_the_records(results: Results) -> None:
    found = by_name(results)
    assert list(found) == ["time", "battery", "memory", "accuracy", "tflm"]
    values = {name: card.figure.value for name, card in found.items() if card.figure}
    litert = results.inference[0][1].of(LITERT)
    m4 = next(each for each in results.cores[0][1].emulated if each.core == "cortex-m4")
    forms = {form.name: form for form in results.accuracy[0][1].forms}
    assert litert is not None and values["time"] == litert.p50_us.median
    assert values["memory"] == pytest.approx((m4.code_bytes + m4.constant_bytes) / 1000)
    assert values["accuracy"] == pytest.approx(100 * forms[GENERATED].posture.accuracy)
    # micro-mean, the nearest net with figures of TFLM: 450,000 instructions with CMSIS-NN.
    ours = read_budget().nets["micro-mean"]["cortex-m4"]["instructions"]
    assert values["tflm"] == pytest.approx(450_000 / ours)
    row = overview(results).rows[0]
    days = row.figures[overview(results).columns.index("LiPo, 100 mAh")]
    assert days is not None and values["battery"] == days.value


def test_a_bar_of_each_card_is_its_own_number_or_what_it_is_a_ratio_of(results: Results) -> None:
    for card in by_name(results).values():
        (own,) = (bar for bar in card.bars if bar.is_own)
        assert card.figure is not None
        if card.name != "tflm":
            assert own.figure == card.figure
        assert len(card.bars) >= 3 and all(bar.figure.source for bar in card.bars)


def test_the_battery_without_a_network_is_beside_the_networks(results: Results) -> None:
    battery = by_name(results)["battery"]
    assert {bar.name for bar in battery.bars} >= {"sleep-micro", "sleep-small", "atan2"}
    assert "wisdm-random" not in {bar.name for bar in battery.bars}  # at another rate and hop
    assert "without a network: 28.7 days" in battery.sentence


def test_what_was_not_measured_says_what_to_add(results: Results) -> None:
    facts = replace(results, inference=(), cores=(), instructions={}, accuracy=(), angle=None)
    found = by_name(facts)
    assert found["time"].figure is None and "--part inference" in found["time"].sentence
    assert found["battery"].figure is None and "--part energy" in found["battery"].sentence
    model = results.facts[0].file_bytes["model.tflite"]
    memory, right = found["memory"].figure, found["accuracy"].figure
    assert memory is not None and memory.value == model / 1000 and memory.kind is Kind.COUNTED
    assert right is not None and right.value == pytest.approx(100 * facts.facts[0].posture_int8)
    assert right.kind is Kind.EARLIER, "of bundle.json: not measured in this run"
    assert findings(facts) == ()
    assert cards(replace(facts, facts=()), read_budget()) == ()


def test_a_rate_that_the_sensor_has_not_is_the_reason_for_no_days(results: Results) -> None:
    odd = replace(results.facts[0], rate_hz=37.0)
    battery = by_name(replace(results, facts=(odd,)))["battery"]
    assert battery.figure is None and "no rate that gives 37 Hz" in battery.sentence


def test_both_findings_that_speak_against_the_net_are_sentences(results: Results) -> None:
    angle, radio = findings(results)
    assert "the battery lasts 28.7 days instead of 26.3 days" in angle
    assert "94.3 % of the same windows, sleep-micro in 94.9 %" in angle
    assert radio.startswith("Sending the raw data to a phone takes less current than deciding")


def test_all_bundles_stand_in_one_table(results: Results) -> None:
    table = overview(results)
    assert [row.words[0] for row in table.rows] == list(results.session.bundles)
    assert all(len(row.figures) == len(table.columns) for row in table.rows)
    for records, kind in ((results, Kind.MEASURED), (replace(results, accuracy=()), Kind.EARLIER)):
        first = overview(records).rows[0].figures[0]
        assert isinstance(first, Figure) and first.kind is kind

"""A training's energy in inferences and nights, and what repays it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.energy.training import (
    added_currents,
    decision_ua,
    event_uc,
    in_fleet_years,
    in_inferences,
    in_nights,
    night_j,
    paper_training_wh,
    raw_ua,
    repaid_nights,
    saved_j,
    training_wh,
)
from edgekit.benchmarks.energy.wearable import inference_uj
from edgekit.benchmarks.facts import Training
from edgekit.benchmarks.figure import Figure, Kind


def counted(instructions: int) -> Figure:
    return Figure(instructions, "", Kind.COUNTED, "counted in emulation")


def wh(value: float) -> Figure:
    return Figure(value, "Wh", Kind.MEASURED, "run.json")


def training(kind: str) -> Training:
    return Training(100.0, 200.0, 0.001, kind, "cpu", 10_000, 30)


def test_an_event_by_hand() -> None:
    """1 ms of core, 450 us of listening, 261 bytes of sending, 5 % of events again.

    nRF52840 Product Specification v1.1, 5.2: 3.3 mA to run CoreMark from flash (I_CPU0), 6.26 mA to
    receive (I_RADIO_RX0), 6.40 mA to send at 0 dBm (I_RADIO_TX1). Bluetooth at 1 Mbps: 8 us a byte;
    preamble 1, address 4, header 2, MIC 4, CRC 3, L2CAP 4 and ATT 3 around 240 bytes.
    """
    run_ma, receive_ma, send_ma = 3.3, 6.26, 6.40
    sent_bytes = 240 + 1 + 4 + 2 + 4 + 3 + 4 + 3
    once = 1 * run_ma + 0.450 * receive_ma + 8e-3 * sent_bytes * send_ma
    assert event_uc(240).value == pytest.approx(1.05 * once)
    assert raw_ua(50).value == pytest.approx(event_uc(240).value / 0.8)  # 300 B/s
    assert decision_ua(1.2).value == pytest.approx(event_uc(8).value / 1.2)


def test_a_training_by_hand() -> None:
    """An inference of u uJ at the chip is u / 0.53 at the wall; a night holds 24,000.

    A linear regulator from 5 V to 3.3 V and an adapter of 80 %: 0.66 x 0.8 = 0.53.
    """
    count = counted(200_000)
    worth = in_inferences(wh(485), count)
    assert worth.value == pytest.approx(485e-6 * 3.6e9 * 0.53 / inference_uj(count).value)
    assert in_nights(worth, 1.2).value == pytest.approx(1e6 * worth.value / 24_000)
    assert in_fleet_years(in_nights(worth, 1.2)).value == pytest.approx(
        1e6 * worth.value / 24_000 / 365e3
    )


def test_a_metered_training_is_measured_and_a_modelled_one_says_so() -> None:
    assert training_wh(training("measured, whole package")).kind is Kind.MEASURED
    modelled = training_wh(training("modelled"))
    assert modelled.kind is Kind.MODELLED and modelled.low == 0.5


def test_the_papers_energy_was_measured_elsewhere() -> None:
    assert paper_training_wh().kind is Kind.ELSEWHERE
    assert paper_training_wh().value == 485


@given(st.integers(1, 10**8), st.floats(0.6, 60))
def test_to_send_each_decision_takes_more_than_to_keep_it(count: int, hop_s: float) -> None:
    found = added_currents(counted(count), 50.0, hop_s)
    assert found.sent.value > found.stored.value


@given(st.integers(1, 10**7), st.floats(1e-3, 1e4))
def test_what_is_saved_until_a_training_is_repaid_is_the_training(
    count: int, trained_wh: float
) -> None:
    found = added_currents(counted(count), 50.0, 1.2)
    saved = saved_j(found.raw, found.stored)
    nights = repaid_nights(wh(trained_wh), saved)
    if saved.value <= 0:
        assert nights is None
    else:
        assert nights is not None and nights.low is not None and nights.high is not None
        assert nights.value * saved.value == pytest.approx(trained_wh * 3600)
        assert nights.low <= nights.value <= nights.high


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_net_of_fewer_instructions_saves_more(one: int, other: int) -> None:
    few, many = (added_currents(counted(count), 50.0, 1.2) for count in sorted((one, other)))
    assert saved_j(few.raw, few.stored).value >= saved_j(many.raw, many.stored).value - 1e-9


def test_a_net_that_takes_more_than_the_radio_is_never_repaid() -> None:
    found = added_currents(counted(3_000_000), 50.0, 1.2)
    assert repaid_nights(wh(1), saved_j(found.raw, found.stored)) is None


def test_what_may_save_nothing_may_never_be_repaid() -> None:
    saved = Figure(1.0, "J", Kind.MODELLED, "chosen", -1.0, 2.0)
    nights = repaid_nights(wh(1), saved)
    assert nights is not None and nights.high == math.inf and nights.low == 1800


def test_a_night_at_the_wall_by_hand() -> None:
    mean = Figure(10.0, "uA", Kind.MODELLED, "chosen")
    assert night_j(mean).value == pytest.approx(10e-6 * 3.3 * 28_800 / 0.53)

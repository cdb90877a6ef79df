"""Snoring, tremor, talking and swallowing: who does what, when, and where it is felt."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis.strategies import booleans, integers, sampled_from
from numpy.typing import NDArray
from pytest import approx

from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic.disturbances import (
    Burst,
    Habits,
    disturb,
    draw_habits,
    phrases,
    snores,
    swallows,
    tremor_g,
)
from edgekit.train.datasets.synthetic.rhythm import INHALE, Cycles, breaths

Floats = NDArray[np.float64]
SUPINE_DEG, LEFT_SIDE_DEG = 90.0, 180.0
seeds = integers(0, 2**31)
placements = sampled_from(SLEEP.placements)


def times_s(seconds: float) -> Floats:
    return np.arange(round(seconds * 50)) / 50


def person(seed: int = 0, snores: bool = True) -> Habits:
    return replace(draw_habits(np.random.default_rng(seed)), snores=snores)


def breathing(seconds: float, seed: int = 0) -> Cycles:
    return breaths(np.random.default_rng(seed), seconds, 14.0)


def felt_g(
    habits: Habits, placement: str, seed: int, awake: bool, seconds: float = 600.0
) -> Floats:
    """What a sensor feels of someone supine who neither breathes nor has a heart beat."""
    felt = np.zeros((round(seconds * 50), 3))
    rng = np.random.default_rng(seed)
    t_s = times_s(seconds)
    disturb(felt, habits, placement, breathing(seconds), SUPINE_DEG, awake, t_s, rng)
    return felt


def snoring_g(placement: str, seed: int, awake: bool = False) -> Floats:
    """What is felt more of a person who snores than of the same one who does not."""
    without = felt_g(person(snores=False), placement, seed, awake)
    return felt_g(person(snores=True), placement, seed, awake) - without


def snored(seed: int, torso_deg: float, seconds: float = 3600.0) -> list[Burst]:
    asleep, t_s = np.zeros(round(seconds * 50), np.bool_), times_s(seconds)
    return snores(breathing(seconds), torso_deg, asleep, t_s, np.random.default_rng(seed))


def swallowed(awake: bool, hours: float = 20.0) -> list[Burst]:
    t_s = times_s(hours * 3600)
    return swallows(np.full(len(t_s), awake), t_s, np.random.default_rng(0))


def talked(awake: bool, hours: float = 3.0) -> list[Burst]:
    t_s = times_s(hours * 3600)
    return phrases(np.full(len(t_s), awake), t_s, np.random.default_rng(0))


def rms(wave: Floats) -> float:
    return float(np.sqrt((wave**2).sum(axis=-1).mean()))


def test_about_three_people_in_ten_snore() -> None:
    snorers = [draw_habits(np.random.default_rng(seed)).snores for seed in range(2000)]
    assert np.mean(snorers) == approx(0.3, abs=0.04)


def test_a_snore_is_loudest_at_the_neck_then_at_the_chest() -> None:
    neck, chest, abdomen = (rms(snoring_g(place, seed=1)) for place in SLEEP.placements)
    assert neck > 2 * chest > 4 * abdomen > 0


@given(integers(0, 20), placements)
def test_nobody_snores_awake(seed: int, placement: str) -> None:
    assert not snoring_g(placement, seed, awake=True).any()


def test_a_snorer_who_wakes_up_stops_snoring() -> None:
    awake = np.arange(3600 * 50) >= 1800 * 50
    rng = np.random.default_rng(1)
    bursts = snores(breathing(3600.0), SUPINE_DEG, awake, times_s(3600.0), rng)
    begins = np.array([begin for begin, _ in bursts])
    assert begins.size and not awake[begins].any()
    assert len(bursts) < len(snored(1, SUPINE_DEG))


def test_a_snore_sounds_only_while_breathing_in() -> None:
    cycles = breathing(3600.0)
    bursts = snored(1, SUPINE_DEG)
    assert bursts
    for begin, wave in bursts:
        since_s, at = cycles.at(np.arange(begin, begin + len(wave)) / 50)
        assert (at == at[0]).all()
        assert (since_s <= INHALE * cycles.length_s[at] + 0.02).all()


def test_people_snore_more_on_the_back_than_on_a_side() -> None:
    on_back = sum(len(snored(seed, SUPINE_DEG)) for seed in range(20))
    on_side = sum(len(snored(seed, LEFT_SIDE_DEG)) for seed in range(20))
    assert on_back > 1.5 * on_side > 0


@given(integers(0, 30), placements, booleans())
def test_snoring_moves_nothing_else_that_a_person_does(
    seed: int, placement: str, awake: bool
) -> None:
    more = np.abs(snoring_g(placement, seed, awake)).max(axis=1)
    since_s, at = (cycles := breathing(600.0)).at(times_s(600.0))
    inhaling = since_s <= INHALE * cycles.length_s[at] + 0.02
    assert more[~inhaling].max() == approx(0, abs=1e-12)


def test_a_tremor_lies_between_8_and_12_hz_and_measures_1_to_3_mg() -> None:
    for seed in range(20):
        wave = tremor_g(person(seed), True, times_s(600.0), np.random.default_rng(seed))
        power = (np.abs(np.fft.rfft(wave, axis=0)) ** 2).sum(axis=1)
        hz = np.fft.rfftfreq(len(wave), 1 / 50)
        assert 7.5 <= hz[power.argmax()] <= 12.5
        assert power[(hz > 7) & (hz < 13)].sum() > 0.95 * power.sum()
        assert 0.0009 < rms(wave) < 0.0034


def test_a_tremor_is_weaker_asleep_and_alike_at_every_placement() -> None:
    quiet = person(snores=False)
    asleep = tremor_g(quiet, False, times_s(60.0), np.random.default_rng(0))
    awake = tremor_g(quiet, True, times_s(60.0), np.random.default_rng(0))
    assert asleep == approx(0.3 * awake)
    medians = [np.median(np.abs(felt_g(quiet, place, 3, False))) for place in SLEEP.placements]
    assert medians == approx([medians[0]] * 3, rel=0.02)


def test_nobody_talks_asleep_and_a_phrase_lasts_seconds() -> None:
    assert talked(awake=False) == []
    lengths_s = np.array([len(wave) / 50 for _, wave in talked(awake=True)])
    assert len(lengths_s) > 50
    assert 2 < np.median(lengths_s) < 5 and lengths_s.max() <= 6.02


def test_talking_has_the_rhythm_of_syllables() -> None:
    hz = np.arange(1, 15)
    power = np.zeros(len(hz))
    for _, wave in talked(awake=True):
        loudness = wave**2 - (wave**2).mean()
        turns = np.exp(-2j * np.pi * np.outer(hz, np.arange(len(wave)) / 50))
        power += np.abs(turns @ loudness) ** 2
    assert 3 <= hz[power.argmax()] <= 7
    assert power[(hz >= 3) & (hz <= 7)].mean() > 2 * power[hz > 8].mean()


def test_talking_is_felt_most_at_the_neck_and_least_at_the_abdomen() -> None:
    at = {place: felt_g(person(), place, seed=1, awake=True) for place in SLEEP.placements}
    loudest = [np.sort(np.linalg.norm(at[place], axis=1))[-200:].mean() for place in at]
    assert loudest[0] > 1.5 * loudest[1] > 2 * loudest[2]


def test_a_swallow_is_a_bump_of_about_a_second_that_ends_where_it_began() -> None:
    for _, wave in swallowed(awake=True):
        if len(wave) >= 40:  # not the one that the end of the recording cuts off
            assert 0.8 <= len(wave) / 50 <= 1.2 + 0.02
            assert 19 < np.abs(wave).max() <= 60
            assert wave.mean() == approx(0, abs=1.0)


@given(seeds)
def test_a_swallow_at_the_neck_is_hardly_felt_elsewhere(seed: int) -> None:
    quiet = replace(person(snores=False), tremor_mg=0.0, talk_mg=0.0)
    neck, chest, abdomen = (
        np.abs(felt_g(quiet, place, seed, True)).max() for place in SLEEP.placements
    )
    assert chest == approx(0.03 * neck)
    assert abdomen == approx(0.01 * neck)


def test_people_swallow_some_times_an_hour_asleep_and_more_often_awake() -> None:
    assert len(swallowed(awake=False, hours=40)) / 40 == approx(3, abs=1.2)
    assert len(swallowed(awake=True, hours=40)) / 40 == approx(40, abs=5)

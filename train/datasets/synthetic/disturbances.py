"""Model movements of a lying body besides breath: snoring, tremor, talking and swallowing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.spec import SLEEP

from .geometry import Floats
from .rhythm import INHALE, Cycles
from .streams import split

# Share of the neck's movement that each place feels.
SNORING_FELT = {"neck": 1.0, "chest": 0.35, "abdomen": 0.1}
TALKING_FELT = {"neck": 1.0, "chest": 0.4, "abdomen": 0.1}
SWALLOWING_FELT = {"neck": 1.0, "chest": 0.03, "abdomen": 0.01}

SNORERS = 0.3  # share of people
SNORING_SPELL_S = 300.0  # a snorer snores, or does not, for this long
SNORED_ON_SIDE, SNORED_ON_BACK = 0.25, 0.6  # share of such spells
SNORE_MG, TALK_MG = 12.0, 10.0  # rms at the height of a burst, at the neck
TREMOR_MG, TREMOR_HZ = (1.0, 3.0), (8.0, 12.0)
TREMOR_ASLEEP = 0.3  # share of it that is left in sleep
TREMOR_KNOT_S = 0.5
TALKS_PER_HOUR, TALK_S = 12.0, (10.0, 60.0)  # awake
PHRASE_S, PAUSE_S = (1.0, 6.0), (0.5, 5.0)
SYLLABLES_HZ = (3.0, 7.0)
SWALLOWS_PER_HOUR_AWAKE, SWALLOWS_PER_HOUR_ASLEEP = 40.0, 3.0
SWALLOW_MG, SWALLOW_S = (20.0, 60.0), (0.8, 1.2)
LARYNX = np.array([0.0, 0.5, 0.87])  # it rises towards the head and comes forward

VIBRATION_HZ = (8.0, 24.0)  # the part of a sound that a sensor of 25 Hz bandwidth sees


@dataclass(frozen=True)
class Habits:
    """What one person does; sizes are those at the neck."""

    snores: bool
    snore_mg: float
    talk_mg: float
    tremor_mg: float  # rms of the three axes together
    tremor_hz: float
    direction: dict[str, Floats]  # of vibrations: a unit vector (3,) at each placement


def draw_habits(rng: np.random.Generator) -> Habits:
    """Draw a person's habits; their shares and sizes are listed in docs/synthetic.md."""
    ways = rng.standard_normal((len(SLEEP.placements), 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    return Habits(
        snores=bool(rng.random() < SNORERS),
        snore_mg=SNORE_MG * rng.lognormal(0, 0.4),
        talk_mg=TALK_MG * rng.lognormal(0, 0.3),
        tremor_mg=rng.uniform(*TREMOR_MG),
        tremor_hz=rng.uniform(*TREMOR_HZ),
        direction=dict(zip(SLEEP.placements, ways, strict=True)),
    )


def disturb(
    felt: Floats,
    habits: Habits,
    placement: str,
    breathing: Cycles,
    torso_deg: ArrayLike,
    awake: ArrayLike,
    t_s: Floats,
    rng: np.random.Generator,
) -> None:
    """Add to `felt` (N, 3) in g, in place, these movements at times `t_s` (N,) from 0.

    `torso_deg` and `awake` are (N,) or one value. Each kind draws from its own stream, and what is
    drawn does not depend on the placement.
    """
    seeds = rng.integers(2**63, size=4)
    awake_at = np.broadcast_to(awake, t_s.shape)
    direction = habits.direction[placement]
    felt += tremor_g(habits, awake, t_s, np.random.default_rng(seeds[1]))
    if habits.snores and not np.all(awake):
        snore_g = habits.snore_mg / 1000 * SNORING_FELT[placement]
        own = np.random.default_rng(seeds[0])
        _add_bursts(felt, snore_g * direction, snores(breathing, torso_deg, awake_at, t_s, own))
    if np.any(awake):
        talk_g = habits.talk_mg / 1000 * TALKING_FELT[placement]
        own = np.random.default_rng(seeds[2])
        _add_bursts(felt, talk_g * direction, phrases(awake_at, t_s, own))
    swallow_g = SWALLOWING_FELT[placement] / 1000
    own = np.random.default_rng(seeds[3])
    _add_bursts(felt, swallow_g * LARYNX, swallows(awake_at, t_s, own))


Burst = tuple[int, Floats]  # its first sample, and its samples along one direction


def _add_bursts(felt: Floats, towards: Floats, bursts: list[Burst]) -> None:
    for begin, wave in bursts:
        felt[begin : begin + len(wave)] += wave[:, None] * towards


def tremor_g(habits: Habits, awake: ArrayLike, t_s: Floats, rng: np.random.Generator) -> Floats:
    """Draw physiological tremor (N, 3), which waxes and wanes, alike at every placement."""
    knots_s = np.arange(0, t_s[-1] + 2 * TREMOR_KNOT_S, TREMOR_KNOT_S)
    wander = np.cumsum(0.5 * rng.standard_normal(len(knots_s)))
    height = 1 + 0.3 * rng.standard_normal(len(knots_s))
    angle = 2 * np.pi * habits.tremor_hz * t_s + np.interp(t_s, knots_s, wander)
    along = rng.standard_normal((2, 3))  # an ellipse
    along *= habits.tremor_mg / 1000 / np.sqrt((along**2).sum() / 2)
    size = np.interp(t_s, knots_s, height) * np.where(awake, 1.0, TREMOR_ASLEEP)
    wave = np.array([size * np.sin(angle), size * np.cos(angle)])
    return np.asarray(wave.T @ along)


def snores(
    breathing: Cycles,
    torso_deg: ArrayLike,
    awake: NDArray[np.bool_],
    t_s: Floats,
    rng: np.random.Generator,
) -> list[Burst]:
    """Draw bursts of vibration of about unit rms while a snorer breathes in, asleep."""
    ends_s = np.stack([breathing.start_s, breathing.start_s + INHALE * breathing.length_s])
    begins, ends = np.searchsorted(t_s, ends_s)
    at = np.minimum(begins, len(t_s) - 1)
    on_back = np.maximum(np.sin(np.radians(np.broadcast_to(torso_deg, t_s.shape)[at])), 0)
    share = SNORED_ON_SIDE + (SNORED_ON_BACK - SNORED_ON_SIDE) * on_back
    spell = (np.maximum(breathing.start_s, 0) / SNORING_SPELL_S).astype(np.intp)
    snored = (rng.random(spell[-1] + 1)[spell] < share) & ~awake[at] & (ends > begins)
    bursts = []
    for k in np.flatnonzero(snored):
        into = (t_s[begins[k] : ends[k]] - breathing.start_s[k]) / (INHALE * breathing.length_s[k])
        height = rng.lognormal(0, 0.3) * np.sin(np.pi * into)
        bursts.append((int(begins[k]), height * vibration(rng, len(into))))
    return bursts


def phrases(awake: NDArray[np.bool_], t_s: Floats, rng: np.random.Generator) -> list[Burst]:
    """Draw bursts of vibration of about unit rms, in the rhythm of syllables, while awake."""
    longest_s = TALK_S[1]
    expected = TALKS_PER_HOUR * (t_s[-1] + longest_s) / 3600
    bursts = []
    for begin_s in rng.uniform(-longest_s, t_s[-1], rng.poisson(expected)):
        own = split(rng, 1)[0]
        end_s = begin_s + own.uniform(*TALK_S)
        while begin_s < end_s:
            phrase_s, pause_s = own.uniform(*PHRASE_S), own.uniform(*PAUSE_S)
            begin, end = np.searchsorted(t_s, [begin_s, begin_s + phrase_s])
            if end > begin and awake[begin]:
                syllables = 2 * np.pi * own.uniform(*SYLLABLES_HZ) * (t_s[begin:end] - begin_s)
                wave = (1 - np.cos(syllables)) / 2 * vibration(own, end - begin)
                bursts.append((int(begin), wave))
            begin_s += phrase_s + pause_s
    return bursts


def swallows(awake: NDArray[np.bool_], t_s: Floats, rng: np.random.Generator) -> list[Burst]:
    """Draw bumps in mg: the larynx is pushed off, stopped, and let down again."""
    count = rng.poisson(SWALLOWS_PER_HOUR_AWAKE * t_s[-1] / 3600)
    begins = np.searchsorted(t_s, rng.uniform(0, t_s[-1], count))
    rare = rng.random(count) > SWALLOWS_PER_HOUR_ASLEEP / SWALLOWS_PER_HOUR_AWAKE
    bursts = []
    for begin in begins[awake[begins] | ~rare]:
        own = split(rng, 1)[0]
        long_s, height_mg = own.uniform(*SWALLOW_S), own.uniform(*SWALLOW_MG)
        u = (t_s[begin:] - t_s[begin])[: round(long_s * SLEEP.rate_hz)] / long_s
        bursts.append((int(begin), height_mg * (np.cos(2 * np.pi * u) - np.cos(4 * np.pi * u)) / 2))
    return bursts


def vibration(rng: np.random.Generator, count: int) -> Floats:
    """Draw noise (count,) of unit rms within VIBRATION_HZ."""
    white = rng.standard_normal(count + len(_BAND_PASS) - 1)
    return np.asarray(np.convolve(white, _BAND_PASS, "valid"))


def _band_pass(taps: int = 31) -> Floats:
    """Return a windowed sinc of unit energy."""
    n = np.arange(taps) - taps // 2
    low, high = (2 * hz / SLEEP.rate_hz for hz in VIBRATION_HZ)
    kernel = (high * np.sinc(high * n) - low * np.sinc(low * n)) * np.hamming(taps)
    return np.asarray(kernel / np.linalg.norm(kernel))


_BAND_PASS = _band_pass()

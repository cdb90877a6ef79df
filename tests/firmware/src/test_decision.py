"""The filter in integers believes what device/decide/posture.py believes, logit for logit."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, lists, sampled_from, tuples
from numpy.typing import NDArray

from edgekit.bundle import load_bundle
from edgekit.device.decide.posture import Smoother
from edgekit.firmware.build.bundle_header import bundle_header
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.smoothing import DWELL_RANGE_S, FLOOR_RANGE
from edgekit.spec import (
    PLACEMENT_DWELL_S,
    PLACEMENT_LEAST,
    POSTURE_DWELL_S,
    POSTURE_LEAST,
    SLEEP,
    Spec,
)

HOP_MS = round(1000 * SLEEP.hop_s)
FOR_EVER = 2**32 - 1
# Below this difference of the two best beliefs either may win.
TOLERANCE = 0.002
CLASSES_MOST = 32


class Head(ctypes.Structure):
    _fields_ = [
        ("smoothing", ctypes.c_void_p),
        ("exp", ctypes.c_void_p),
        ("classes", ctypes.c_uint8),
        ("belief", ctypes.c_uint32 * CLASSES_MOST),
    ]


class Answer(ctypes.Structure):
    _fields_ = [("best", ctypes.c_uint8), ("confidence", ctypes.c_uint8)]


@dataclass(frozen=True)
class Smoothing:
    name: str
    dwell_s: float
    least: float


POSTURE = Smoothing("decision_posture", POSTURE_DWELL_S, POSTURE_LEAST)
PLACEMENT = Smoothing("decision_placement", PLACEMENT_DWELL_S, PLACEMENT_LEAST)


Libraries = Callable[[float, float], ctypes.CDLL]


@pytest.fixture(scope="session")
def libraries(
    c_library: Callable[..., ctypes.CDLL],
    model_c: Callable[[Spec], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Libraries:
    """libraries(dwell_s, least) is the C as a bundle of this smoothing has it."""

    def build(dwell_s: float, least: float) -> ctypes.CDLL:
        bundle = load_bundle(model_c(SLEEP))
        smoothing = {"posture_dwell_s": dwell_s, "posture_least": least}
        tuned = replace(bundle, fields={**bundle.fields, "smoothing": smoothing})
        folder = tmp_path_factory.mktemp("header")
        (folder / "edgekit_bundle.h").write_text(bundle_header(tuned, low_power=False))
        built = c_library(FOLDER / "src" / "decision.c", flags=[f"-I{folder}"])
        built.decision_push.restype = Answer
        built.decision_push.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32]
        built.decision_start.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_uint8]
        return built

    return build


@pytest.fixture(scope="session")
def library(libraries: Libraries) -> ctypes.CDLL:
    return libraries(POSTURE_DWELL_S, POSTURE_LEAST)


def exponentials(scale: float) -> NDArray[np.uint16]:
    """As in a bundle's model.c."""
    return np.minimum(np.rint(65536 * np.exp(-scale * np.arange(256))), 65535).astype(np.uint16)


def decided(
    library: ctypes.CDLL,
    smoothing: Smoothing,
    scale: float,
    logits: NDArray[np.int8],
    elapsed_ms: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(k,) best class and confidence of 255 of the C."""
    head, table = Head(), exponentials(scale)
    of_head = ctypes.addressof(ctypes.c_char.in_dll(library, smoothing.name))
    library.decision_start(ctypes.byref(head), of_head, table.ctypes.data, logits.shape[1])
    logits = np.ascontiguousarray(logits)
    at, row = logits.ctypes.data, logits.shape[1]
    answers = [
        library.decision_push(ctypes.byref(head), at + row * k, ms)
        for k, ms in enumerate(elapsed_ms.tolist())
    ]
    pairs = np.array([(answer.best, answer.confidence) for answer in answers])
    return pairs[:, 0], pairs[:, 1]


def believed(
    smoothing: Smoothing, scale: float, logits: NDArray[np.int8], elapsed_ms: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(k, classes) beliefs of Python."""
    real = logits * np.float32(scale)
    exponential = np.exp(real - real.max(axis=1, keepdims=True))
    softmax = (exponential / exponential.sum(axis=1, keepdims=True)).astype(np.float32)
    elapsed_s = np.where(elapsed_ms == FOR_EVER, np.inf, elapsed_ms / 1000)
    smoother = Smoother(logits.shape[1], smoothing.dwell_s, smoothing.least)
    return smoother.push(softmax, elapsed_s)


def check(
    library: ctypes.CDLL,
    smoothing: Smoothing,
    scale: float,
    logits: NDArray[np.int8],
    elapsed_ms: NDArray[np.int64],
    tolerance: float = TOLERANCE,
) -> None:
    best, confidence = decided(library, smoothing, scale, logits, elapsed_ms)
    belief = believed(smoothing, scale, logits, elapsed_ms)
    lead = belief.max(axis=1) - belief[np.arange(len(best)), best]
    assert lead.max() < tolerance
    assert np.abs(confidence / 255 - belief.max(axis=1)).max() < 0.5 / 255 + tolerance


@settings(max_examples=60)
@given(
    smoothing=sampled_from([POSTURE, PLACEMENT]),
    classes=sampled_from([1, 2, 3, 12, 18, CLASSES_MOST]),
    scale=floats(0.01, 0.6),
    spread=integers(1, 127),
    gaps=lists(tuples(integers(0, 199), integers(0, 2**31)), max_size=4),
    seed=integers(0, 2**32 - 1),
)
def test_any_logits_and_gaps_give_the_beliefs_of_python(
    library: ctypes.CDLL,
    smoothing: Smoothing,
    classes: int,
    scale: float,
    spread: int,
    gaps: list[tuple[int, int]],
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    logits = random.integers(-spread, spread + 1, (200, classes)).astype(np.int8)
    elapsed_ms = np.full(200, HOP_MS)
    for at, length_ms in gaps:
        elapsed_ms[at] = length_ms
    elapsed_ms[0] = FOR_EVER
    check(library, smoothing, scale, logits, elapsed_ms)


def night(classes: int, seed: int, turns: int, windows: int = 24_000) -> NDArray[np.int8]:
    """Logits of a night: some classes in turn, a net that errs and doubts as nets do."""
    random = np.random.default_rng(seed)
    ends = np.sort(random.choice(windows, turns, replace=False))
    truth = random.integers(0, classes, turns + 1)[np.searchsorted(ends, np.arange(windows))]
    logits = random.normal(-20, 12, (windows, classes))
    logits[np.arange(windows), truth] += np.where(random.random(windows) < 0.95, 45, 0)
    return np.clip(np.rint(logits), -128, 127).astype(np.int8)


@pytest.mark.parametrize(
    ("smoothing", "classes", "turns"), [(POSTURE, 12, 80), (PLACEMENT, 3, 2), (POSTURE, 18, 400)]
)
def test_every_decision_of_a_night_is_python_s(
    library: ctypes.CDLL, smoothing: Smoothing, classes: int, turns: int
) -> None:
    logits = night(classes, seed=classes, turns=turns)
    elapsed_ms = np.full(len(logits), HOP_MS)
    elapsed_ms[0] = FOR_EVER
    best, confidence = decided(library, smoothing, 0.11, logits, elapsed_ms)
    belief = believed(smoothing, 0.11, logits, elapsed_ms)
    assert np.array_equal(best, belief.argmax(axis=1))
    assert np.abs(confidence / 255 - belief.max(axis=1)).max() < 0.6 / 255


@pytest.mark.parametrize("smoothing", [POSTURE, PLACEMENT])
def test_what_was_believed_fades_with_a_gap_and_is_gone_after_a_long_one(
    library: ctypes.CDLL, smoothing: Smoothing
) -> None:
    logits = np.array([[80, 0, 0]] * 20 + [[10, 10, 10]], np.int8)
    for gap_s in (0, 1, 7, 100, 5_000, 90_000, 4_000_000):
        elapsed_ms = np.array([FOR_EVER] + [HOP_MS] * 19 + [gap_s * 1000])
        check(library, smoothing, 0.1, logits, elapsed_ms, tolerance=0.0005)


@pytest.mark.parametrize(
    ("dwell_s", "least"),
    [
        (2.5, 0.01),
        (80.0, 0.2),
        (DWELL_RANGE_S[0], FLOOR_RANGE[1]),
        (DWELL_RANGE_S[1], FLOOR_RANGE[0]),
    ],
)
def test_a_tuned_bundle_s_smoothing_is_python_s(
    libraries: Libraries, dwell_s: float, least: float
) -> None:
    smoothing = Smoothing("decision_posture", dwell_s, least)
    logits = night(12, seed=7, turns=20, windows=2_000)
    elapsed_ms = np.full(len(logits), HOP_MS)
    elapsed_ms[[0, 700]] = FOR_EVER, 90_000
    check(libraries(dwell_s, least), smoothing, 0.11, logits, elapsed_ms)

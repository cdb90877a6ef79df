"""The application and the host board as a library, with a net that tells postures by gravity."""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.firmware.boards import board as find_board
from edgekit.firmware.build import bundle_header
from edgekit.firmware.toolchain import FOLDER
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, Spec, gravity_at

from .board import Board

Boards = Callable[..., Board]


@pytest.fixture(scope="session")
def app_sources(model_c: Callable[[Spec], Path]) -> Callable[[Spec], tuple[list[Path], list[str]]]:
    """app_sources(spec): every file of the application on the host board, and flags for them."""

    def sources(spec: Spec) -> tuple[list[Path], list[str]]:
        folder = model_c(spec)
        header = bundle_header(load_bundle(folder), low_power=False)
        (folder / "edgekit_bundle.h").write_text(header)
        files = [
            *find_board("host").sources,
            *(FOLDER / "src").glob("*.c"),
            *(FOLDER / "nn").glob("*.c"),
            folder / "model.c",
        ]
        return files, [f"-I{folder}", "-O1", "-lm"]

    return sources


@pytest.fixture(scope="session")
def gravity_bundle(model_c: Callable[[Spec], Path]) -> Bundle:
    return load_bundle(model_c(SLEEP))


@pytest.fixture
def boards(
    app_libraries: Callable[[Spec], ctypes.CDLL],
) -> Iterator[Boards]:
    """boards(spec, seed=1) is a new board; of one spec, only one at a time."""
    made: list[Board] = []

    def make(spec: Spec = SLEEP, seed: int = 1) -> Board:
        made.append(Board(app_libraries(spec), seed))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def app_libraries(
    c_library: Callable[..., ctypes.CDLL],
    app_sources: Callable[[Spec], tuple[list[Path], list[str]]],
) -> Callable[[Spec], ctypes.CDLL]:
    @cache
    def library(spec: Spec) -> ctypes.CDLL:
        sources, flags = app_sources(spec)
        return c_library(*(s for s in sources if s.name != "host_main.c"), flags=flags)

    return library


@pytest.fixture
def board(boards: Boards) -> Board:
    return boards()


@pytest.fixture(scope="session")
def lying_counts() -> Callable[..., NDArray[np.int16]]:
    """lying_counts("up", "left", seconds=30) in counts of the sensor, with its noise."""

    def make(*postures: str, seconds: float = 30.0, rate_hz: float = 50.0, seed: int = 0):
        gravity = np.array([gravity_at(POSTURE_ANGLE_DEG[posture]) for posture in postures])
        gravity_g = np.repeat(gravity, round(seconds * rate_hz), axis=0)
        noise_g = np.random.default_rng(seed).normal(0, 0.02, gravity_g.shape)
        return np.rint(256 * (gravity_g + noise_g)).astype(np.int16)

    return make

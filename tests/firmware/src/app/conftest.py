"""The application and the host board as a library, with a net that tells postures by gravity."""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.firmware.build.board import board as find_board
from edgekit.firmware.build.bundle_header import NO_SETTINGS, BuiltSettings, bundle_header
from edgekit.firmware.build.toolchain import APPLICATION, FOLDER
from edgekit.smoothing import DEFAULT, Smoothing
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, Spec
from tests.helpers.app_board import Board, Boards, Sources, tuned
from tests.helpers.gravity import gravity_at


@pytest.fixture(scope="session")
def app_sources(
    model_c: Callable[[Spec], Path], tmp_path_factory: pytest.TempPathFactory
) -> Sources:
    """app_sources(spec): every file of the application on the host board, and flags for them."""

    def sources(
        spec: Spec,
        low_power: bool = False,
        smoothing: Smoothing = DEFAULT,
        settings: BuiltSettings = NO_SETTINGS,
    ) -> tuple[list[Path], list[str]]:
        folder, generated = model_c(spec), tmp_path_factory.mktemp("build")
        bundle = tuned(load_bundle(folder), smoothing)
        header = bundle_header(bundle, low_power=low_power, settings=settings)
        (generated / "edgekit_bundle.h").write_text(header)
        files = [
            *find_board("host").sources,
            *APPLICATION,
            *(FOLDER / "nn").glob("*.c"),
            folder / "model.c",
        ]
        return files, [f"-I{generated}", f"-I{folder}", "-O1", "-lm"]

    return sources


@pytest.fixture(scope="session")
def program(c_program: Callable[..., Path], app_sources: Sources) -> Path:
    """The host board as a program, under the address and undefined-behaviour sanitizers."""
    sources, flags = app_sources(SLEEP)
    return c_program(*sources, flags=flags)


@pytest.fixture(scope="session")
def gravity_bundle(model_c: Callable[[Spec], Path]) -> Bundle:
    return load_bundle(model_c(SLEEP))


@pytest.fixture
def boards(
    app_libraries: Callable[..., ctypes.CDLL],
) -> Iterator[Boards]:
    """boards(spec, low_power, smoothing, settings) is a new board; of one kind, one at a time."""
    opened: list[Board] = []

    def make(
        spec: Spec = SLEEP,
        low_power: bool = False,
        smoothing: Smoothing = DEFAULT,
        settings: BuiltSettings = NO_SETTINGS,
    ) -> Board:
        opened.append(Board(app_libraries(spec, low_power, smoothing, settings)))
        return opened[-1]

    yield make
    for board in opened:
        board.close()


@pytest.fixture(scope="session")
def app_libraries(
    c_library: Callable[..., ctypes.CDLL],
    app_sources: Sources,
) -> Callable[..., ctypes.CDLL]:
    @cache
    def built(
        spec: Spec, low_power: bool, smoothing: Smoothing, settings: BuiltSettings
    ) -> ctypes.CDLL:
        sources, flags = app_sources(spec, low_power, smoothing, settings)
        return c_library(*sources, flags=flags)

    def library(
        spec: Spec, low_power: bool, smoothing: Smoothing, settings: BuiltSettings = NO_SETTINGS
    ) -> ctypes.CDLL:
        return built(spec, low_power, smoothing, settings)

    return library


@pytest.fixture
def board(boards: Boards) -> Board:
    return boards()


@pytest.fixture(scope="session")
def lying_counts() -> Callable[..., NDArray[np.int16]]:
    """lying_counts("supine", "left", seconds=30) in counts of the sensor, with its noise."""

    def make(*postures: str, seconds: float = 30.0, rate_hz: float = 50.0, seed: int = 0):
        gravity = np.array([gravity_at(POSTURE_ANGLE_DEG[posture]) for posture in postures])
        gravity_g = np.repeat(gravity, round(seconds * rate_hz), axis=0)
        noise_g = np.random.default_rng(seed).normal(0, 0.02, gravity_g.shape)
        return np.rint(256 * (gravity_g + noise_g)).astype(np.int16)

    return make

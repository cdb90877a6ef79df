"""A net is trained and judged on exactly what the device's int8 input holds."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from edgekit.front_end import counts_of, int8_input
from edgekit.spec import INPUT_SCALE, ONE_GAIN, SLEEP, WISDM, FrontEnd
from edgekit.train.batches import net_input

FRONT_ENDS = [SLEEP.front_end, WISDM.front_end, ONE_GAIN, FrontEnd(1, 4096), FrontEnd(256, 256)]

# Past the ends of int16 too: 128 g are 32,768 counts.
windows = st.integers(1, 12).flatmap(
    lambda samples: arrays(np.float32, (2, samples, 3), elements=st.floats(-140, 140, width=32))
)


def as_tensor(xyz_g: NDArray[np.floating]) -> torch.Tensor:
    """Windows (B, W, 3) as nets have them, (B, 3, 1, W)."""
    return torch.from_numpy(xyz_g.transpose(0, 2, 1)[:, :, None].copy())


def read_by_device(xyz_g: NDArray[np.floating], front_end: FrontEnd) -> NDArray[np.float64]:
    """What the int8 input stands for, (B, W, channels)."""
    return int8_input(counts_of(xyz_g), front_end) * INPUT_SCALE


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@given(xyz_g=windows)
def test_the_net_is_trained_on_what_the_int8_input_holds(
    front_end: FrontEnd, xyz_g: NDArray[np.float32]
) -> None:
    read = net_input(as_tensor(xyz_g), front_end)
    assert read.shape == (len(xyz_g), front_end.channels, 1, xyz_g.shape[1])
    expected = as_tensor(read_by_device(xyz_g, front_end))
    assert torch.equal(read.double(), expected)


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
@given(seed=st.integers(0, 1000), spread_g=st.floats(0.001, 2))
def test_so_it_is_on_whole_windows_about_gravity(
    front_end: FrontEnd, seed: int, spread_g: float
) -> None:
    random = np.random.default_rng(seed)
    about = random.uniform(-1, 1, (4, 1, 3)) + random.normal(0, spread_g, (4, 100, 3))
    xyz_g = about.astype(np.float32)
    expected = as_tensor(read_by_device(xyz_g, front_end))
    assert torch.equal(net_input(as_tensor(xyz_g), front_end).double(), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_input_keeps_the_windows_precision(dtype: torch.dtype) -> None:
    assert net_input(torch.zeros(2, 3, 1, 100, dtype=dtype), SLEEP.front_end).dtype == dtype

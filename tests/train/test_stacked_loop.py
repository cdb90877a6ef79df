"""A stack of trainings ends where each ends alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from edgekit.nets import ANNEALED, AS_PUBLISHED
from edgekit.spec import SLEEP
from edgekit.train.batches import Batch, as_read
from edgekit.train.config import Config, trained_through
from edgekit.train.datasets.defaults import Augmentation
from edgekit.train.loop import State, Watch, begin, fit
from edgekit.train.methods import Multitask, Objective, SingleTask, SmoothDistill
from edgekit.train.nets import Heads, TwoHeads, build
from edgekit.train.stacked_loop import fit_stacked

CPU = torch.device("cpu")
EPOCHS = 2


def windows(count: int, seed: int) -> Batch:
    random = np.random.default_rng(seed)
    posture = random.integers(0, 12, count)
    x = random.normal(0, 0.2, (count, 3, 1, 100)) + np.cos(posture)[:, None, None, None]
    placement = random.integers(0, 3, count)
    return Batch(
        torch.from_numpy(x),  # double, so that only a mistake can make a difference
        Heads(torch.from_numpy(posture), torch.from_numpy(placement)),
    )


def configs(net: str, objective: Objective, seeds: range, augmented: bool = False) -> list[Config]:
    recipe = replace(ANNEALED if augmented else AS_PUBLISHED, epochs=EPOCHS, batch=64)
    worn = Augmentation((8.0, 8.0, 8.0), 0.05, 8, 0.3) if augmented else Augmentation()
    through = trained_through(recipe, SLEEP)
    return [Config("made", net, "subject", s, recipe, through, objective, worn) for s in seeds]


def begun(config: Config) -> State:
    def make_net() -> TwoHeads:
        return build(config.net, SLEEP).double()

    return begin(make_net, config, CPU)


def furthest(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    return max(float((one[name].float() - other[name].float()).abs().max()) for name in one)


@pytest.mark.parametrize(
    ("net", "objective", "augmented"),
    [
        ("mtl-net", SmoothDistill(), False),  # batch norm: statistics of each net's own
        ("mtl-net-micro", SmoothDistill(), True),
        ("mtl-net-micro", Multitask(), False),
        ("mtl-net-micro", SingleTask("placement"), False),
    ],
)
def test_stacked_trainings_end_as_each_alone(
    net: str, objective: Objective, augmented: bool
) -> None:
    trainings = configs(net, objective, range(3), augmented)
    train = [windows(150, seed) for seed in range(3)]
    validation = [as_read(windows(60, 10 + seed), SLEEP.front_end) for seed in range(3)]
    stacked = [begun(config) for config in trainings]
    fit_stacked(stacked, trainings, train, validation, lambda: None)
    for config, together, learn, choose in zip(trainings, stacked, train, validation, strict=True):
        alone = begun(config)
        fit(alone, config, learn, choose, Watch())
        assert len(together.history) == EPOCHS
        for mine, other in zip(together.history, alone.history, strict=True):
            assert mine.loss == pytest.approx(other.loss, abs=1e-9)
        assert furthest(together.student.state_dict(), alone.student.state_dict()) < 1e-7
        if alone.teacher is not None and together.teacher is not None:
            assert furthest(together.teacher.state_dict(), alone.teacher.state_dict()) < 1e-7


def test_a_stack_of_unequal_folds_steps_together() -> None:
    trainings = configs("mtl-net-micro", SmoothDistill(), range(2))
    states = [begun(config) for config in trainings]
    validation = as_read(windows(60, 2), SLEEP.front_end)
    fit_stacked(
        states, trainings, [windows(150, 0), windows(300, 1)], [validation] * 2, lambda: None
    )
    assert all(len(state.history) == EPOCHS for state in states)
    assert furthest(states[0].student.state_dict(), states[1].student.state_dict()) > 1e-3


def test_only_what_differs_in_seed_is_stacked() -> None:
    trainings = [
        *configs("mtl-net-micro", SmoothDistill(), range(1)),
        *configs("mtl-net-micro", Multitask(), range(1)),
    ]
    with pytest.raises(ValueError, match="same net"):
        fit_stacked([], trainings, [], [], lambda: None)

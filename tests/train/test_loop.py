"""The fast loop gives the plain loop's numbers, and an interrupted run the uninterrupted one's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from edgekit.benchmarks.studies.plain_loop import PlainMTLNet, plain_losses
from edgekit.front_end import with_input
from edgekit.nets import AS_PUBLISHED, NETS
from edgekit.spec import SLEEP
from edgekit.train.checkpoint import load_checkpoint, save_checkpoint
from edgekit.train.config import Config, trained_through
from edgekit.train.cpu import full_speed
from edgekit.train.datasets.defaults import Augmentation
from edgekit.train.loop import (
    State,
    Watch,
    begin,
    fit,
    rate_at,
    smoothed,
    tensors_of,
    train_step,
)
from edgekit.train.methods import SmoothDistill
from edgekit.train.nets import Heads, TwoHeads, build
from tests.helpers.train_windows import read_windows, some_windows

CPU = torch.device("cpu")
ONE = with_input(SLEEP, "one-gain")  # the paper's input
WORN = Augmentation((2.0, 2.0, 2.0), 0.02, 8)


def config_for(net: str, epochs: int = 3, batch: int = 64) -> Config:
    recipe = replace(NETS[net].recipe, epochs=epochs, batch=batch)
    through = trained_through(recipe, SLEEP)
    return Config("synthetic", net, "subject", 0, recipe, through, augmentation=WORN)


def test_the_fast_loop_gives_the_plainly_written_loops_losses_for_30_steps() -> None:
    exact = SmoothDistill(coarse_teacher=False)
    config = Config(
        "synthetic", "mtl-net-published", "random-window", 42, AS_PUBLISHED, None, exact
    )
    windows = some_windows(30 * 64)
    state = begin(lambda: build(config.net, ONE), config, CPU)
    plain = PlainMTLNet(len(SLEEP.postures), len(SLEEP.placements))
    plain.take_weights(state.student)

    expected = list(plain_losses(plain, windows.x, *windows.target, batch=64, ramp=True))
    state.student.train()
    with full_speed(CPU):
        found = [
            float(train_step(state, config, windows.take(torch.arange(k * 64, (k + 1) * 64)), k)[0])
            for k in range(30)
        ]
    assert expected[-1] < expected[0] - 0.5, "the two must agree on losses that move"
    assert np.abs(np.array(found) - expected).max() < 1e-5


def test_the_published_net_ignores_the_rows_that_the_published_pooling_drops() -> None:
    windows = some_windows(8)
    ours = build("mtl-net-published", ONE)
    plain = PlainMTLNet(12, 3)
    plain.take_weights(ours)
    from edgekit.benchmarks.studies.plain_loop import published_input

    given = published_input(windows.x).requires_grad_()
    theirs = plain(given)
    for mine, other in zip(ours(windows.x), theirs, strict=True):
        assert torch.allclose(mine, other, atol=1e-5)
    (theirs[0].sum() + theirs[1].sum()).backward()
    assert given.grad is not None
    assert given.grad[:, 0, 0].abs().sum() > 0
    assert given.grad[:, 0, 1:].abs().sum() == 0


class StopError(Exception):
    """Stands for a Ctrl-C."""


def stop_after(epochs: int) -> Watch:
    def stop(epoch: int, index: int) -> None:
        if epoch == epochs and index == 1:
            raise StopError

    return Watch(batch_done=stop)


@pytest.mark.parametrize("net", ["mtl-net-micro", "mtl-net-lean"])
def test_a_resumed_run_ends_with_the_weights_of_one_that_was_never_stopped(
    net: str, tmp_path: Path
) -> None:
    config, train, validation = config_for(net), some_windows(256), read_windows(64, seed=1)
    path = tmp_path / "checkpoint.safetensors"

    def make_net() -> TwoHeads:
        return build(net, SLEEP)

    whole = begin(make_net, config, CPU)
    fit(whole, config, train, validation, Watch())

    stopped = begin(make_net, config, CPU)
    watch = replace(stop_after(2), epoch_done=lambda state: save_checkpoint(path, state))
    with pytest.raises(StopError):
        fit(stopped, config, train, validation, watch)
    resumed = load_checkpoint(path, begin(make_net, config, CPU))
    assert len(resumed.history) == 2
    fit(resumed, config, train, validation, Watch())

    assert resumed.teacher is not None and whole.teacher is not None
    for ended, expected in ((resumed.student, whole.student), (resumed.teacher, whole.teacher)):
        for name, tensor in expected.state_dict().items():
            assert torch.equal(ended.state_dict()[name], tensor), name
    assert scores(resumed) == scores(whole)


def scores(state: State) -> list[float | None]:
    assert state.best_teacher is not None
    return [epoch.teacher_posture for epoch in state.history] + [state.best_teacher.score]


def test_the_best_weights_are_a_copy_that_later_steps_do_not_touch() -> None:
    config, train = config_for("mtl-net-micro", epochs=1), some_windows(128)
    state = begin(lambda: build("mtl-net-micro", SLEEP), config, CPU)
    fit(state, config, train, read_windows(64, seed=1), Watch())
    assert state.best_teacher is not None
    best = state.best_teacher.weights
    before = {name: tensor.clone() for name, tensor in best.items()}
    state.student.train()
    train_step(state, config, read_windows(128), 10)
    assert all(torch.equal(before[name], tensor) for name, tensor in best.items())


def test_the_teacher_is_the_running_average_with_batch_norm_statistics() -> None:
    method = SmoothDistill(decay=0.9)
    student, teacher = build("mtl-net-micro", SLEEP), build("mtl-net-micro", SLEEP)
    expected = {
        name: 0.9 * tensor + 0.1 * student.state_dict()[name]
        for name, tensor in teacher.state_dict().items()
        if tensor.is_floating_point()
    }
    assert any("running_mean" in name for name in expected)
    method.update(tensors_of(teacher), tensors_of(student), step=10_000)
    for name, tensor in expected.items():
        assert torch.allclose(teacher.state_dict()[name], tensor, atol=1e-6), name


def test_the_average_is_ramped_so_that_a_random_start_is_soon_forgotten() -> None:
    method = SmoothDistill()
    assert method.decay_at(0) == pytest.approx(0.1)
    assert method.decay_at(90) == pytest.approx(0.91)
    assert method.decay_at(100_000) == 0.999


def test_the_annealed_rate_rises_and_falls_and_the_published_one_stays() -> None:
    annealed = NETS["mtl-net-small"].recipe
    rates = [rate_at(annealed, step, 100) for step in range(100)]
    assert max(rates) == pytest.approx(annealed.learning_rate)
    assert rates.index(max(rates)) == 30
    assert rates[0] < 0.05 * max(rates) > rates[-1]
    assert {rate_at(AS_PUBLISHED, step, 100) for step in range(100)} == {1e-3}


def test_a_smoothed_label_leaves_its_share_to_all_classes() -> None:
    net = build("mtl-net-micro", SLEEP)
    labels = Heads(torch.tensor([0, 11]), torch.tensor([2, 1]))
    assert smoothed(labels, net, 0.0) is labels
    for soft, label in zip(smoothed(labels, net, 0.12), labels, strict=True):
        classes = soft.shape[1]
        assert soft.sum(dim=1).tolist() == pytest.approx([1.0, 1.0])
        assert soft[torch.arange(2), label].tolist() == pytest.approx([0.88 + 0.12 / classes] * 2)
        assert float(soft.min()) == pytest.approx(0.12 / classes)

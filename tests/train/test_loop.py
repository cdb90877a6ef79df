"""The fast loop gives the plain loop's numbers, and an interrupted run the uninterrupted one's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from edgekit.benchmarks.plain_loop import PlainMTLNet, plain_losses
from edgekit.spec import SLEEP
from edgekit.train.augment import Augmentation
from edgekit.train.config import AS_PUBLISHED, RECIPES, Config
from edgekit.train.loop import Batch, State, Watch, begin, fit, rate_at, train_step
from edgekit.train.methods import SmoothDistill
from edgekit.train.nets import Heads, MTLNetPublished, build

CPU = torch.device("cpu")


def some_windows(count: int, seed: int = 0) -> Batch:
    """Gravity at the posture's angle plus noise: learnable in a few steps."""
    random = np.random.default_rng(seed)
    posture = random.integers(0, 12, count)
    angle = posture * np.pi / 6
    gravity = np.stack([np.cos(angle), np.zeros(count), np.sin(angle)], axis=1)
    x = gravity[:, :, None, None] + random.normal(0, 0.1, (count, 3, 1, 100))
    placement = random.integers(0, 3, count)
    return Batch(
        torch.from_numpy(x.astype(np.float32)),
        Heads(torch.from_numpy(posture), torch.from_numpy(placement)),
    )


def config_for(net: str, epochs: int = 3, batch: int = 64) -> Config:
    recipe = replace(RECIPES[net], epochs=epochs, batch=batch)
    return Config("synthetic", net, "subject", 0, recipe, augmentation=Augmentation(2.0, 0.02, 8))


def test_the_fast_loop_gives_the_plainly_written_loops_losses_for_30_steps() -> None:
    config = Config("synthetic", "mtl-net-published", "random-window", 42, AS_PUBLISHED)
    windows = some_windows(30 * 64)
    state = begin(lambda: build(config.net, SLEEP), config, CPU)
    assert isinstance(state.student, MTLNetPublished)
    plain = PlainMTLNet(len(SLEEP.postures), len(SLEEP.placements))
    plain.take_weights(state.student)

    expected = list(plain_losses(plain, windows.x, *windows.target, batch=64, ramp=True))
    state.student.train()
    found = [
        float(train_step(state, config, windows.take(torch.arange(k * 64, (k + 1) * 64)), k)[0])
        for k in range(30)
    ]
    assert expected[-1] < expected[0] - 0.5, "the two must agree on losses that move"
    assert np.abs(np.array(found) - expected).max() < 1e-5


def test_the_published_net_ignores_the_rows_that_the_published_pooling_drops() -> None:
    windows = some_windows(8)
    ours = MTLNetPublished(12, 3)
    plain = PlainMTLNet(12, 3)
    plain.take_weights(ours)
    from edgekit.benchmarks.plain_loop import published_input

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
    from edgekit.train.run import Run, load_checkpoint, save_checkpoint

    config, train, validation = config_for(net), some_windows(256), some_windows(64, seed=1)
    run = Run(tmp_path, config, SLEEP, {})

    def make_net() -> nn.Module:
        return build(net, SLEEP)

    whole = begin(make_net, config, CPU)
    fit(whole, config, train, validation, Watch())

    stopped = load_checkpoint(run, make_net, CPU)
    watch = replace(stop_after(2), epoch_done=lambda state: save_checkpoint(run, state))
    with pytest.raises(StopError):
        fit(stopped, config, train, validation, watch)
    resumed = load_checkpoint(run, make_net, CPU)
    assert len(resumed.history) == 2
    fit(resumed, config, train, validation, Watch())

    for part in ("student", "teacher"):
        ended, expected = getattr(resumed, part).state_dict(), getattr(whole, part).state_dict()
        for name, tensor in expected.items():
            assert torch.equal(ended[name], tensor), f"{part} {name}"
    assert scores(resumed) == scores(whole)


def scores(state: State) -> list[float]:
    return [epoch.teacher_posture for epoch in state.history] + [state.best_teacher_score]


def test_the_best_weights_are_a_copy_that_later_steps_do_not_touch() -> None:
    config, train = config_for("mtl-net-micro", epochs=1), some_windows(128)
    state = begin(lambda: build("mtl-net-micro", SLEEP), config, CPU)
    fit(state, config, train, some_windows(64, seed=1), Watch())
    before = {name: tensor.clone() for name, tensor in state.best_teacher.items()}
    state.student.train()
    train_step(state, config, train, 10)
    assert all(torch.equal(before[name], tensor) for name, tensor in state.best_teacher.items())


def test_the_teacher_is_the_running_average_with_batch_norm_statistics() -> None:
    method = SmoothDistill(decay=0.9)
    student, teacher = build("mtl-net-micro", SLEEP), build("mtl-net-micro", SLEEP)
    expected = {
        name: 0.9 * tensor + 0.1 * student.state_dict()[name]
        for name, tensor in teacher.state_dict().items()
        if tensor.is_floating_point()
    }
    assert any("running_mean" in name for name in expected)
    method.update(teacher, student, step=10_000)
    for name, tensor in expected.items():
        assert torch.allclose(teacher.state_dict()[name], tensor, atol=1e-6), name


def test_the_average_is_ramped_so_that_a_random_start_is_soon_forgotten() -> None:
    method = SmoothDistill()
    assert method.decay_at(0) == pytest.approx(0.1)
    assert method.decay_at(90) == pytest.approx(0.91)
    assert method.decay_at(100_000) == 0.999


def test_the_loss_is_equation_5() -> None:
    random = torch.Generator().manual_seed(0)
    student = Heads(torch.randn(4, 5, generator=random), torch.randn(4, 2, generator=random))
    teacher = Heads(torch.randn(4, 5, generator=random), torch.randn(4, 2, generator=random))
    target = Heads(torch.tensor([0, 1, 2, 3]), torch.tensor([0, 1, 1, 0]))
    found = SmoothDistill(task_weight=0.3, distill_weight=0.7, temperature=3.0).loss(
        student, teacher, target
    )
    by_hand = 0.0
    for alpha, s, t, y in zip((0.3, 0.7), student, teacher, target, strict=True):
        log_p = s.log_softmax(1)
        cross_entropy = -log_p[torch.arange(4), y].mean()
        p, q = (t / 3).softmax(1), (s / 3).softmax(1)
        divergence = (p * (p / q).log()).sum() / 4 * 9
        by_hand += alpha * float(cross_entropy + 0.7 * divergence)
    assert float(found) == pytest.approx(by_hand, rel=1e-5)


def test_the_annealed_rate_rises_and_falls_and_the_published_one_stays() -> None:
    annealed = RECIPES["mtl-net-small"]
    rates = [rate_at(annealed, step, 100) for step in range(100)]
    assert max(rates) == pytest.approx(annealed.learning_rate)
    assert rates.index(max(rates)) == 30
    assert rates[0] < 0.05 * max(rates) > rates[-1]
    assert {rate_at(AS_PUBLISHED, step, 100) for step in range(100)} == {1e-3}

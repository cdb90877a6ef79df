"""Each method's loss is its equation, its teacher the one it asks for, and all of them learn."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.strategies import floats, integers
from torch import Tensor
from typer.main import get_command

from edgekit.errors import UsageError
from edgekit.nets import ANNEALED
from edgekit.spec import SLEEP
from edgekit.train.batches import Batch
from edgekit.train.config import Config
from edgekit.train.loop import State, Watch, begin, fit, train_step, weights_of
from edgekit.train.methods import (
    METHODS,
    BornAgain,
    Multitask,
    Objective,
    SDDropout,
    SingleTask,
    SmoothDistill,
    objective_from_json,
    objective_to_json,
    phases,
)
from edgekit.train.methods.losses import softened_kl
from edgekit.train.nets import Heads, TwoHeads, build
from tests.helpers.train_windows import read_windows, some_windows
from tests.helpers.typer_app import app

CPU = torch.device("cpu")
RECIPE = replace(ANNEALED, epochs=10, batch=64, augmented=False)
SENSOR_NOISE_G = 0.02  # more would fill the channels of motion, which tell nothing of a posture


# The equations, written out from exponentials and sums.


def probabilities(logits: Tensor, temperature: float = 1.0) -> Tensor:
    powers = (logits.double() / temperature).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def surprise(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy: the mean of -log p(label)."""
    rows = zip(probabilities(logits), labels, strict=True)
    return torch.stack([-p[y].log() for p, y in rows]).mean()


def divergence(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Equation 2: T^2 times the sum of t log(t / s), mean over the batch."""
    t, s = probabilities(teacher, temperature), probabilities(student, temperature)
    return temperature**2 * (t * (t / s).log()).sum() / len(t)


def equation_5(
    logits: Heads, taught: Heads, target: Heads, alpha: float, weight: float, temperature: float
) -> float:
    posture, placement = (
        surprise(z, y) + weight * divergence(z, t, temperature)
        for z, t, y in zip(logits, taught, target, strict=True)
    )
    return (alpha * posture + (1 - alpha) * placement).item()


def two_nets() -> tuple[TwoHeads, TwoHeads]:
    """Student and teacher with unlike weights; batch norm held still, so that a loss can repeat."""
    torch.manual_seed(3)
    return build("mtl-net-micro", SLEEP).eval(), build("mtl-net-micro", SLEEP).eval()


def loss_of(objective: Objective, windows: Batch) -> float:
    student, teacher = two_nets()
    return objective.loss(student, teacher, windows.x, windows.target)[0].item()


@given(seed=integers(0, 1000), temperature=floats(1, 5))
def test_the_softened_divergence_is_equation_2(seed: int, temperature: float) -> None:
    random = torch.Generator().manual_seed(seed)
    student, teacher = (3 * torch.randn(8, 12, generator=random) for _ in range(2))
    found = float(softened_kl(student, teacher, temperature))
    assert found == pytest.approx(float(divergence(student, teacher, temperature)), rel=1e-4)
    assert found > 0
    assert float(softened_kl(student, student, temperature)) == pytest.approx(0, abs=1e-6)


@settings(max_examples=20)
@given(alpha=floats(0, 1))
def test_multitask_is_equation_1(alpha: float) -> None:
    windows = read_windows(16)
    logits = two_nets()[0](windows.x)
    posture, placement = (surprise(z, y) for z, y in zip(logits, windows.target, strict=True))
    expected = (alpha * posture + (1 - alpha) * placement).item()
    assert loss_of(Multitask(alpha), windows) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("method", [SmoothDistill, BornAgain])
@settings(max_examples=20)
@given(alpha=floats(0, 1), weight=floats(0, 2), temperature=floats(1, 5))
def test_the_distilling_methods_are_equation_5(
    method: type[SmoothDistill] | type[BornAgain], alpha: float, weight: float, temperature: float
) -> None:
    windows = read_windows(16)
    student, teacher = two_nets()
    expected = equation_5(
        student(windows.x), teacher(windows.x), windows.target, alpha, weight, temperature
    )
    found = loss_of(method(alpha, weight, temperature, coarse_teacher=False), windows)
    assert found == pytest.approx(expected, rel=1e-5)


def test_sd_dropout_adds_the_divergences_of_two_dropped_views_both_ways() -> None:
    windows, method = read_windows(16), SDDropout()
    student, _ = two_nets()
    features = student.features(windows.x)
    torch.manual_seed(5)
    first, second = (torch.nn.functional.dropout(features, 0.5) for _ in range(2))
    views = zip(student.answer(first), student.answer(second), strict=True)
    both_ways = sum((divergence(a, b, 2.0) + divergence(b, a, 2.0)).item() for a, b in views)
    assert both_ways > 1e-3, "the views must differ, or nothing is tested"
    torch.manual_seed(5)
    expected = loss_of(Multitask(), windows) + 0.5 * both_ways
    torch.manual_seed(5)
    found = method.loss(student, None, windows.x, windows.target)[0].item()
    assert found == pytest.approx(expected, rel=1e-5)


def test_sd_dropout_without_dropout_is_multitask() -> None:
    windows = read_windows(16)
    without = loss_of(SDDropout(dropout=0.0), windows)
    assert without == pytest.approx(loss_of(Multitask(), windows), rel=1e-6)


@pytest.mark.parametrize(("task", "other"), [("posture", "placement"), ("placement", "posture")])
def test_singletask_gives_the_other_head_no_gradient(task: str, other: str) -> None:
    windows = read_windows(16)
    student, _ = two_nets()
    loss, logits = SingleTask(task).loss(student, None, windows.x, windows.target)  # type: ignore[arg-type]
    loss.backward()
    expected = surprise(getattr(logits, task), getattr(windows.target, task))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert all(p.grad is None for p in getattr(student, other).parameters())
    assert all(p.grad is not None for p in getattr(student, task).parameters())
    assert all(p.grad is not None for p in student.trunk.parameters())


@pytest.mark.parametrize("method", [SmoothDistill(), BornAgain()])
def test_a_teacher_gets_no_gradient(method: Objective) -> None:
    windows = read_windows(16)
    student, teacher = two_nets()
    method.loss(student, teacher, windows.x, windows.target)[0].backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert all(p.grad is not None for p in student.parameters())


def trained(objective: Objective, teacher: TwoHeads | None = None, epochs: int = 10) -> State:
    recipe = replace(RECIPE, epochs=epochs)
    config = Config("synthetic", "mtl-net-micro", "subject", 0, recipe, SLEEP.front_end, objective)
    state = begin(lambda: build(config.net, SLEEP), config, CPU, teacher)
    still = some_windows(640, noise_g=SENSOR_NOISE_G)
    fit(state, config, still, read_windows(256, seed=1, noise_g=SENSOR_NOISE_G), Watch())
    return state


def test_at_lambda_0_smooth_distill_trains_the_student_as_multitask() -> None:
    smooth = trained(SmoothDistill(distill_weight=0.0), epochs=2).student.state_dict()
    multitask = trained(Multitask(), epochs=2).student.state_dict()
    assert all(torch.allclose(smooth[name], multitask[name], atol=1e-6) for name in multitask)


def test_a_given_teacher_is_the_same_after_training() -> None:
    _, teacher = two_nets()
    before = weights_of(teacher)
    state = trained(BornAgain(), teacher=teacher.train(), epochs=2)
    assert state.teacher is teacher
    assert state.best_teacher is None, "only an average is a candidate to ship"
    after = teacher.state_dict()
    assert any("running_mean" in name for name in before)
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())


@pytest.mark.parametrize(
    ("ramp", "decays"), [(True, [1 / 10, 2 / 11, 3 / 12]), (False, [0.999, 0.999, 0.999])]
)
def test_the_average_is_equation_4_at_every_step(ramp: bool, decays: list[float]) -> None:
    windows = read_windows(64)
    objective = SmoothDistill(ramp=ramp)
    config = Config("synthetic", "mtl-net-micro", "subject", 0, RECIPE, SLEEP.front_end, objective)
    state = begin(lambda: build(config.net, SLEEP), config, CPU)
    assert state.teacher is not None
    state.student.train()
    expected = {name: tensor.double() for name, tensor in weights_of(state.teacher).items()}
    for step, decay in enumerate(decays):
        train_step(state, config, windows, step)
        for name, tensor in state.student.state_dict().items():
            expected[name] = decay * expected[name] + (1 - decay) * tensor.double()
    for name, tensor in state.teacher.state_dict().items():
        if tensor.is_floating_point():
            assert torch.allclose(tensor.double(), expected[name], atol=1e-6), name
        else:
            assert int(tensor) == 0, "the count of batches is the student's own"
            assert int(state.student.state_dict()[name]) == len(decays)


@pytest.mark.parametrize("method", METHODS)
@given(value=floats(0.01, 0.99))
def test_an_objective_survives_being_written_down(method: str, value: float) -> None:
    for objective in phases(method):
        if hasattr(objective, "task_weight"):
            objective = replace(objective, task_weight=value)  # type: ignore[type-var]
        assert (
            objective_from_json(json.loads(json.dumps(objective_to_json(objective)))) == objective
        )


def test_each_task_is_learnt_by_a_training_of_each_method() -> None:
    for method in METHODS:
        learnt = {task for objective in phases(method) for task in objective.tasks}
        assert learnt == {"posture", "placement"}, method


def test_an_unknown_method_is_named_beside_those_that_are_there() -> None:
    with pytest.raises(UsageError, match=r"no method is called 'magic'.*singletask, multitask"):
        phases("magic")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_learns_an_easy_task_in_the_one_loop(method: str) -> None:
    teacher: TwoHeads | None = None
    for objective in phases(method):
        state = trained(objective, teacher if objective.teacher == "given" else None)
        teacher = state.student
        if "posture" in objective.tasks:
            posture = max(epoch.student_posture or 0.0 for epoch in state.history)
            assert posture > 0.9, f"of 12 postures; chance is {1 / 12:.2f}"
        losses = np.array([epoch.loss for epoch in state.history])
        assert losses[-1] < losses[0]


def test_the_help_of_train_names_every_method_that_it_trains() -> None:
    (method,) = [p for p in get_command(app).commands["train"].params if p.name == "method"]  # type: ignore[attr-defined]
    assert set(METHODS) - {"singletask"} <= set(re.findall(r"[a-z-]+", method.help))

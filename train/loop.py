"""Train one net, epoch by epoch: data resident on the device, no synchronising within an epoch.

Every epoch draws its order and its augmentation from (seed, epoch) alone, so a run that was
interrupted and resumed ends with the same weights, bit for bit, as one that was not.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from edgekit.nets import Recipe
from edgekit.spec import TASKS, Task

from .augment import augment
from .batches import Batch, as_read
from .config import Config
from .cpu import full_speed
from .methods import Objective
from .nets import Heads, TwoHeads

EVALUATION_BATCH = 1024
SEED_STRIDE = 100_003  # more than any run has epochs; a prime


class Accuracies(NamedTuple):
    """Shares of right answers to both tasks, 0..1."""

    posture: float
    placement: float


@dataclass(frozen=True)
class Epoch:
    """One row of the history; accuracies 0..1."""

    epoch: int
    loss: float
    train_posture: float | None  # None where the objective does not learn that task
    train_placement: float | None
    student_posture: float | None  # on validation, as the three below
    student_placement: float | None
    teacher_posture: float | None  # None where no average is kept
    teacher_placement: float | None
    wall_s: float
    cpu_s: float  # over all threads


Weights = dict[str, Tensor]


@dataclass
class Best:
    """The weights of the epoch that was best on validation, copied, and their score."""

    weights: Weights
    score: float = -1.0  # mean validation accuracy of the tasks that are learnt

    def offer(self, net: nn.Module, score: float) -> None:
        """Copy the net's weights if its score is the best so far."""
        if score > self.score:
            self.weights, self.score = weights_of(net), score


@dataclass
class State:
    """All that a resumed run needs: the nets, the optimizer, the best weights so far."""

    student: TwoHeads
    teacher: TwoHeads | None  # the running average, or an already trained net, or none
    optimizer: torch.optim.Optimizer
    best_student: Best
    best_teacher: Best | None  # of the average
    history: list[Epoch] = field(default_factory=list)


@dataclass(frozen=True)
class Watch:
    """Callbacks of the loop; each must be cheap, because it runs between steps."""

    batch_done: Callable[[int, int], None] = lambda epoch, step: None
    epoch_done: Callable[[State], None] = lambda state: None


def begin(
    make_net: Callable[[], TwoHeads],
    config: Config,
    device: torch.device,
    teacher: TwoHeads | None = None,
) -> State:
    """Make a student with seeded weights, and the teacher that the objective needs.

    `teacher` is the trained net that teaches, for an objective with a given teacher.
    """
    torch.manual_seed(config.seed)
    # Channels last is the sensor's own order, and a CPU convolves it a fifth faster.
    student = make_net().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    best_teacher = None
    if config.objective.teacher == "average":
        teacher = make_net().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        teacher.load_state_dict(student.state_dict())
        best_teacher = Best(weights_of(teacher))
    if teacher is not None:
        teacher.eval().requires_grad_(False)
    optimizer = optimizer_of(student.parameters(), config.recipe)
    return State(student, teacher, optimizer, Best(weights_of(student)), best_teacher)


def fit(state: State, config: Config, train: Batch, validation: Batch, watch: Watch) -> None:
    """Train from the state's last epoch to the recipe's last; the state holds the outcome."""
    for epoch in range(len(state.history), config.recipe.epochs):
        wall, cpu = time.perf_counter(), time.process_time()
        with full_speed(train.x.device):
            loss, train_accuracies = run_epoch(state, config, train, epoch, watch)
            tasks = judged_tasks(config.objective, state.student)
            row = evaluate_epoch(state, tasks, loss, train_accuracies, validation)
        state.history.append(
            replace(row, wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu)
        )
        watch.epoch_done(state)


def optimizer_of(parameters: Iterable[Tensor], recipe: Recipe) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )


def evaluate_epoch(
    state: State,
    tasks: tuple[Task, ...],
    loss: float,
    train_accuracies: Accuracies,
    validation: Batch,
) -> Epoch:
    """Score both nets on validation and keep their best weights.

    Returns the next row of history, without its cost.
    """
    student = accuracy(state.student, validation)
    state.best_student.offer(state.student, score(student, tasks))
    teacher = None
    if state.best_teacher is not None and state.teacher is not None:
        teacher = accuracy(state.teacher, validation)
        state.best_teacher.offer(state.teacher, score(teacher, tasks))
    return Epoch(
        len(state.history),
        loss,
        *of_tasks(train_accuracies, tasks),
        *of_tasks(student, tasks),
        *(of_tasks(teacher, tasks) if teacher else (None, None)),
        wall_s=0.0,
        cpu_s=0.0,
    )


def judged_tasks(objective: Objective, net: TwoHeads) -> tuple[Task, ...]:
    """Return the tasks that are learnt and have two classes or more; all where none has."""
    heads = {"posture": net.posture, "placement": net.placement}
    chosen = tuple(task for task in objective.tasks if heads[task].out_features > 1)
    return chosen or objective.tasks


def score(accuracies: Accuracies, tasks: tuple[Task, ...]) -> float:
    """Return what the best epoch is chosen by: mean accuracy of the tasks that are learnt."""
    return float(sum(getattr(accuracies, task) for task in tasks)) / len(tasks)


def of_tasks(accuracies: Accuracies, tasks: tuple[Task, ...]) -> tuple[float | None, float | None]:
    """Return posture's and placement's accuracy; None of a task that is not learnt."""
    posture, placement = (getattr(accuracies, t) if t in tasks else None for t in TASKS)
    return posture, placement


def run_epoch(
    state: State, config: Config, train: Batch, epoch: int, watch: Watch
) -> tuple[float, Accuracies]:
    """Pass once over the training windows; returns the mean loss and the student's accuracies."""
    seed = epoch_seed(config, epoch)
    random = torch.Generator(train.x.device).manual_seed(seed)
    torch.manual_seed(seed)  # for an objective that drops out
    order = torch.randperm(len(train), generator=random, device=train.x.device)
    batches = torch.split(order, config.recipe.batch)
    loss_sum = torch.zeros((), device=train.x.device)
    right_sum = torch.zeros(2, device=train.x.device)
    state.student.train()
    for index, chosen in enumerate(batches):
        step = epoch * len(batches) + index
        set_rate(state.optimizer, config.recipe, step, config.recipe.epochs * len(batches))
        batch = train.take(chosen)
        loss, student = train_step(state, config, augmented(batch, config, random), step)
        loss_sum += loss * len(batch)
        right_sum += count_right(student, batch.target)
        watch.batch_done(epoch, index)
    return float(loss_sum / len(train)), Accuracies(*(right_sum / len(train)).tolist())


def epoch_seed(config: Config, epoch: int) -> int:
    """Return the seed of an epoch's order, augmentation and dropout."""
    return config.seed * SEED_STRIDE + epoch


def train_step(state: State, config: Config, batch: Batch, step: int) -> tuple[Tensor, Heads]:
    """Do one optimizer step, and one of the averaged teacher if there is one.

    `batch` holds windows as the net reads them. Returns the loss and the student's logits, both
    detached.
    """
    objective = config.objective
    target = smoothed(batch.target, state.student, config.recipe.label_smoothing)
    loss, logits = objective.loss(state.student, state.teacher, batch.x, target)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    state.optimizer.step()
    objective.update(tensors_of(state.teacher), tensors_of(state.student), step)
    return loss.detach(), Heads(*(z.detach() for z in logits))


def smoothed(target: Heads, net: TwoHeads, share: float) -> Heads:
    """Return labels (B,) as probabilities (B, classes) that leave `share` to all classes.

    A wrong label, or a window of two activities, then weighs less (Szegedy et al., 2016). Without
    a share the labels stay as they are.
    """
    if share == 0:
        return target
    heads = (net.posture, net.placement)
    return Heads(
        *(
            F.one_hot(y, head.out_features) * (1 - share) + share / head.out_features
            for y, head in zip(target, heads, strict=True)
        )
    )


def augmented(batch: Batch, config: Config, random: torch.Generator) -> Batch:
    """Augment a training batch in g, then read it as the device will read it."""
    x = augment(batch.x, config.augmentation, random)
    return as_read(Batch(x, batch.target), config.front_end)


def set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, step: int, steps: int) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate_at(recipe, step, steps)


def rate_at(recipe: Recipe, step: int, steps: int) -> float:
    """Return the learning rate at `step` of `steps`.

    Constant, or one cycle: up over the first 30 % of the steps and down, each along half a cosine.
    """
    if recipe.schedule == "constant":
        return recipe.learning_rate
    rise = max(1, round(0.3 * steps))
    low = recipe.learning_rate / 25
    if step < rise:
        return low + (recipe.learning_rate - low) * (1 - math.cos(math.pi * step / rise)) / 2
    return recipe.learning_rate * (1 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2


@torch.no_grad()
def predict(net: nn.Module, x: Tensor) -> Heads:
    """Return the logits of windows (N, channels, 1, 100), in evaluation mode."""
    net.eval()
    parts = [net(part) for part in torch.split(x, EVALUATION_BATCH)]
    return Heads(*(torch.cat(head) for head in zip(*parts, strict=True)))


def count_right(logits: Heads, target: Heads) -> Tensor:
    """Count each task's right answers, (2,), left on the device."""
    return torch.stack([(a.argmax(1) == y).sum() for a, y in zip(logits, target, strict=True)])


def accuracy(net: nn.Module, windows: Batch) -> Accuracies:
    """Score a net on windows as it reads them."""
    right = count_right(predict(net, windows.x), windows.target)
    return Accuracies(*(right / len(windows)).tolist())


def tensors_of(net: nn.Module | None) -> Iterator[Tensor]:
    """Yield a net's live parameters, then its buffers; nothing where there is no net."""
    if net is not None:
        yield from net.parameters()
        yield from net.buffers()


def weights_of(net: nn.Module) -> Weights:
    """Copy a net's weights, because the live ones go on changing."""
    return {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}

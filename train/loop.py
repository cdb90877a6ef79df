"""The training loop: data resident on the device, nothing synchronised within an epoch.

Every epoch draws its order and its augmentation from (seed, epoch) alone, so a run that was
interrupted and resumed ends with the same weights, bit for bit, as one that was not.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from edgekit.windows import Windows

from .config import Config, Recipe
from .int8_ready import on_input_grid
from .nets import Heads

EVALUATION_BATCH = 1024


@dataclass(frozen=True)
class Batch:
    """Windows and labels on the device."""

    x: Tensor  # (N, 3, 1, 100)
    target: Heads  # labels (N,), (N,)

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Tensor) -> "Batch":
        return Batch(self.x[index], Heads(self.target.posture[index], self.target.placement[index]))


@dataclass(frozen=True)
class Epoch:
    """One row of the history; accuracies 0..1."""

    epoch: int
    loss: float
    train_posture: float
    train_placement: float
    student_posture: float  # on validation, as the three below
    student_placement: float
    teacher_posture: float
    teacher_placement: float
    wall_s: float
    cpu_s: float  # over all threads


def batch_of(windows: Windows, device: torch.device) -> Batch:
    """All windows on the device, (N, 100, 3) in memory and (N, 3, 1, 100) to the net."""
    return Batch(
        torch.from_numpy(windows.xyz_g).to(device).permute(0, 2, 1).unsqueeze(2),
        Heads(
            torch.from_numpy(windows.posture).to(device),
            torch.from_numpy(windows.placement).to(device),
        ),
    )


@dataclass
class State:
    """All that a resumed run needs: two nets, the optimizer, the best weights so far."""

    student: nn.Module
    teacher: nn.Module
    optimizer: torch.optim.Optimizer
    best_student: dict[str, Tensor]
    best_teacher: dict[str, Tensor]
    best_student_score: float = -1.0  # mean validation accuracy of both tasks
    best_teacher_score: float = -1.0
    history: list[Epoch] = field(default_factory=list)


@dataclass(frozen=True)
class Watch:
    """What the loop tells while it runs; each is cheap and returns nothing."""

    batch_done: Callable[[int, int], None] = lambda epoch, step: None
    epoch_done: Callable[[State], None] = lambda state: None


def begin(make_net: Callable[[], nn.Module], config: Config, device: torch.device) -> State:
    """Student and teacher with the same seeded weights."""
    torch.manual_seed(config.seed)
    # Channels last is the sensor's own order, and a CPU convolves it a fifth faster.
    student = make_net().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    teacher = make_net().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    teacher.load_state_dict(student.state_dict())
    teacher.eval().requires_grad_(False)
    optimizer = torch.optim.AdamW(
        student.parameters(),
        lr=config.recipe.learning_rate,
        weight_decay=config.recipe.weight_decay,
        fused=True,
    )
    return State(student, teacher, optimizer, weights_of(student), weights_of(teacher))


def fit(state: State, config: Config, train: Batch, validation: Batch, watch: Watch) -> None:
    """Train from the state's last epoch to the recipe's last; the state holds the outcome."""
    for epoch in range(len(state.history), config.recipe.epochs):
        wall, cpu = time.perf_counter(), time.process_time()
        loss, train_hits = run_epoch(state, config, train, epoch, watch)
        student = accuracy(state.student, validation)
        teacher = accuracy(state.teacher, validation)
        state.history.append(
            Epoch(
                epoch,
                loss,
                *train_hits,
                *student,
                *teacher,
                wall_s=time.perf_counter() - wall,
                cpu_s=time.process_time() - cpu,
            )
        )
        if sum(student) / 2 > state.best_student_score:
            state.best_student_score = sum(student) / 2
            state.best_student = weights_of(state.student)
        if sum(teacher) / 2 > state.best_teacher_score:
            state.best_teacher_score = sum(teacher) / 2
            state.best_teacher = weights_of(state.teacher)
        watch.epoch_done(state)


def run_epoch(
    state: State, config: Config, train: Batch, epoch: int, watch: Watch
) -> tuple[float, tuple[float, float]]:
    """One pass over the training windows: mean loss, and the student's accuracies meanwhile."""
    random = torch.Generator(train.x.device).manual_seed(config.seed * 100_003 + epoch)
    order = torch.randperm(len(train), generator=random, device=train.x.device)
    batches = torch.split(order, config.recipe.batch)
    loss_sum = torch.zeros((), device=train.x.device)
    hit_sum = torch.zeros(2, device=train.x.device)
    state.student.train()
    for index, chosen in enumerate(batches):
        step = epoch * len(batches) + index
        set_rate(state.optimizer, config.recipe, step, config.recipe.epochs * len(batches))
        batch = train.take(chosen)
        loss, student = train_step(state, config, as_worn(batch, config, random), step)
        loss_sum += loss * len(batch)
        hit_sum += hits(student, batch.target)
        watch.batch_done(epoch, index)
    posture, placement = (hit_sum / len(train)).tolist()
    return float(loss_sum / len(train)), (posture, placement)


def train_step(state: State, config: Config, batch: Batch, step: int) -> tuple[Tensor, Heads]:
    """One optimizer step and one step of the average: the detached loss, the student's logits."""
    student: Heads = state.student(batch.x)
    with torch.no_grad():
        teacher: Heads = state.teacher(batch.x)
    loss = config.method.loss(student, teacher, batch.target)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    state.optimizer.step()
    config.method.update(state.teacher, state.student, step)
    return loss.detach(), Heads(*(logits.detach() for logits in student))


def as_worn(batch: Batch, config: Config, random: torch.Generator) -> Batch:
    """A training batch, augmented, then read as the device will read it."""
    x = config.augmentation(batch.x, random)
    return as_read(Batch(x, batch.target), config.recipe)


def as_read(batch: Batch, recipe: Recipe) -> Batch:
    """Windows as the device's int8 input holds them, where the recipe asks for it."""
    return Batch(on_input_grid(batch.x), batch.target) if recipe.int8_ready else batch


def set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, step: int, steps: int) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate_at(recipe, step, steps)


def rate_at(recipe: Recipe, step: int, steps: int) -> float:
    """The learning rate at `step` of `steps`: constant, or up for 30 % and down along a cosine."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    rise = max(1, round(0.3 * steps))
    low = recipe.learning_rate / 25
    if step < rise:
        return low + (recipe.learning_rate - low) * (1 - math.cos(math.pi * step / rise)) / 2
    return recipe.learning_rate * (1 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2


@torch.no_grad()
def predict(net: nn.Module, x: Tensor) -> Heads:
    """Logits of all windows (N, 3, 1, 100), in evaluation mode."""
    net.eval()
    parts = [net(part) for part in torch.split(x, EVALUATION_BATCH)]
    return Heads(*(torch.cat(head) for head in zip(*parts, strict=True)))


def hits(logits: Heads, target: Heads) -> Tensor:
    """(2,) counts of right answers, left on the device."""
    return torch.stack([(a.argmax(1) == y).sum() for a, y in zip(logits, target, strict=True)])


def accuracy(net: nn.Module, windows: Batch) -> tuple[float, float]:
    posture, placement = (hits(predict(net, windows.x), windows.target) / len(windows)).tolist()
    return posture, placement


def weights_of(net: nn.Module) -> dict[str, Tensor]:
    """A copy: the live weights go on changing."""
    return {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}

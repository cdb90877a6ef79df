"""Train many nets in one step: folds and seeds of the same net, stacked along a first axis.

A small net leaves a GPU idle; K of them side by side fill it. Parameters, moments and averages are
(K, ...) tensors, `torch.func.vmap` runs the K nets as one, and as Adam and the average work element
by element, one step of the stack is one step of each. Each net's own tensors are views of the
stack, so that it is scored, copied and saved as if it were trained alone.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from .batches import Batch
from .config import Config
from .loop import (
    Accuracies,
    State,
    augmented,
    count_right,
    epoch_seed,
    evaluate_epoch,
    judged_tasks,
    optimizer_of,
    set_rate,
    smoothed,
)
from .methods import Objective
from .nets import Heads, TwoHeads


def fit_stacked(
    states: list[State],
    configs: list[Config],
    train: list[Batch],
    validation: list[Batch],
    epoch_done: Callable[[], None],
) -> None:
    """Train K states, just begun, that differ only in their seed and windows, to their last epoch.

    Every net takes the same number of steps per epoch, that of the smallest set. If sets differ,
    incomplete batches and surplus windows are dropped, different ones each epoch. Costs are shared
    equally. Raises ValueError when the configurations differ in more than seed.
    """
    config = configs[0]
    if any((c.net, c.recipe, c.objective) != (config.net, config.recipe, config.objective)
           for c in configs):  # fmt: skip
        raise ValueError("only trainings of the same net, recipe and objective can be stacked")
    stack = _Stack(states, config)
    tasks = judged_tasks(config.objective, states[0].student)
    for epoch in range(config.recipe.epochs):
        wall, cpu = time.perf_counter(), time.process_time()
        losses, accuracies = stack.run_epoch(configs, train, epoch)
        of_each_net = zip(states, losses, accuracies, validation, strict=True)
        rows = [
            evaluate_epoch(state, tasks, loss, accuracy, windows)
            for state, loss, accuracy, windows in of_each_net
        ]
        wall_s = (time.perf_counter() - wall) / len(states)
        cpu_s = (time.process_time() - cpu) / len(states)
        for state, row in zip(states, rows, strict=True):
            state.history.append(replace(row, wall_s=wall_s, cpu_s=cpu_s))
        epoch_done()


class _Pair(nn.Module):
    """Student and teacher as one module, so that one call replaces the weights of both."""

    def __init__(self, objective: Objective, student: TwoHeads, teacher: TwoHeads | None) -> None:
        super().__init__()
        self.objective, self.student, self.teacher = objective, student, teacher

    def forward(self, x: Tensor, target: Heads) -> tuple[Tensor, Heads]:
        return self.objective.loss(self.student, self.teacher, x, target)


class _Stack:
    """The K nets' tensors, stacked, and the one optimizer that updates them."""

    def __init__(self, states: list[State], config: Config) -> None:
        self.config, self.objective = config, config.objective
        self.pair = _Pair(config.objective, states[0].student, states[0].teacher)
        pairs = [_Pair(config.objective, s.student, s.teacher) for s in states]
        self.weights: dict[str, Tensor] = {}
        learnt_weights = []
        for name, tensor in self.pair.state_dict(keep_vars=True).items():
            parts = [pair.state_dict(keep_vars=True)[name] for pair in pairs]
            stacked = torch.stack([part.detach() for part in parts]).contiguous()  # (K, ...)
            for part, view in zip(parts, stacked, strict=True):
                part.data = view
            if tensor.requires_grad:
                learnt_weights.append(stacked.requires_grad_())
            self.weights[name] = stacked
        self.teacher, self.student = (self._tensors_of(who) for who in ("teacher", "student"))
        self.optimizer = optimizer_of(learnt_weights, config.recipe)
        # "different": each net draws its own dropout.
        self.run = vmap(self._loss_of_one_net, randomness="different")

    def _tensors_of(self, who: str) -> list[Tensor]:
        return [tensor for name, tensor in self.weights.items() if name.startswith(f"{who}.")]

    def _loss_of_one_net(
        self, weights: dict[str, Tensor], x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        loss, logits = functional_call(self.pair, weights, (x, target))
        return loss, Heads(*logits)

    def run_epoch(
        self, configs: list[Config], train: list[Batch], epoch: int
    ) -> tuple[list[float], list[Accuracies]]:
        """Pass once over the training windows; returns every student's mean loss and accuracies."""
        device = train[0].x.device
        randoms = [
            torch.Generator(device).manual_seed(epoch_seed(config, epoch)) for config in configs
        ]
        torch.manual_seed(epoch_seed(configs[0], epoch))
        orders = [
            torch.randperm(len(windows), generator=random, device=device)
            for windows, random in zip(train, randoms, strict=True)
        ]
        index = self._batches(orders)
        loss_sum = torch.zeros(len(train), device=device)
        right_sum = torch.zeros(len(train), 2, device=device)
        self.pair.student.train()
        for step, chosen in enumerate(index):
            batches = [
                augmented(windows.take(own), config, random)
                for windows, own, config, random in zip(
                    train, chosen, configs, randoms, strict=True
                )
            ]
            total = epoch * len(index) + step
            set_rate(
                self.optimizer, self.config.recipe, total, self.config.recipe.epochs * len(index)
            )
            loss, logits, target = self._step(batches, total)
            loss_sum += loss * chosen.shape[1]
            right_sum += torch.stack(
                [
                    count_right(Heads(p, q), Heads(y, z))
                    for p, q, y, z in zip(*logits, *target, strict=True)
                ]
            )
        count = sum(chosen.shape[1] for chosen in index)
        return (loss_sum / count).tolist(), [Accuracies(*h) for h in (right_sum / count).tolist()]

    def _batches(self, orders: list[Tensor]) -> list[Tensor]:
        """Cut each net's order of windows into the indices (K, B) of every step."""
        fewest = min(len(order) for order in orders)
        if any(len(order) != fewest for order in orders):
            fewest -= fewest % self.config.recipe.batch if fewest > self.config.recipe.batch else 0
        chosen = torch.stack([order[:fewest] for order in orders])  # (K, N)
        return list(torch.split(chosen, self.config.recipe.batch, dim=1))

    def _step(self, batches: list[Batch], step: int) -> tuple[Tensor, Heads, Heads]:
        """Do one step of every net; returns losses (K,), logits (K, B, classes), labels (K, B)."""
        x = torch.stack([batch.x for batch in batches])  # (K, B, 3, 1, 100)
        target = Heads(*(torch.stack(y) for y in zip(*(b.target for b in batches), strict=True)))
        soft = smoothed(target, self.pair.student, self.config.recipe.label_smoothing)
        loss, logits = self.run(self.weights, x, soft)
        self.optimizer.zero_grad(set_to_none=True)
        loss.sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.objective.update(self.teacher, self.student, step)
        return loss.detach(), Heads(*(z.detach() for z in logits)), target

"""Fine-tune a trained net on the wearer's own windows, held to its old answers on old windows.

The loss is cross entropy on the own windows, and on windows of the old training set the softened
divergence from the net before (learning without forgetting, Li and Hoiem, 2016; the term is the
paper's eq. 2). Old windows come without labels: the net before is their teacher.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from edgekit.adaptation import Part
from edgekit.spec import Task

from ..batches import Batch
from ..loop import EVALUATION_BATCH, count_right
from ..methods.losses import softened_kl
from ..nets import Heads, TwoHeads


@dataclass(frozen=True)
class Steps:
    """How a part of the net is fine-tuned, by AdamW at a constant rate."""

    passes: int
    batch: int | None  # own windows a step, beside as many old ones; None: all of both
    learning_rate: float


STEPS: dict[Part, Steps] = {
    "heads": Steps(passes=60, batch=None, learning_rate=5e-3),
    "all": Steps(passes=30, batch=64, learning_rate=1e-3),
}
WEIGHT_DECAY = 1e-2
REHEARSAL_WEIGHT = 1.0  # of the divergence, beside the cross entropy
TEMPERATURE = 3.0


@dataclass(frozen=True)
class Rehearsal:
    """Old training windows as the net reads them, and what the net before answered."""

    x: Tensor  # (K, channels, 1, W)
    logits: Heads  # (K, classes of the adapted net)
    tasks: tuple[Task, ...]  # those whose classes all stay


@dataclass(frozen=True)
class Pass:
    """One pass over the own training windows; accuracies 0..1."""

    number: int
    loss: float
    posture: float
    placement: float


def fine_tune(
    net: TwoHeads,
    own: Batch,
    old: Rehearsal,
    part: Part,
    learns: tuple[Task, ...],
    seed: int,
    pass_done: Callable[[Pass], None] = lambda _: None,
) -> None:
    """Fine-tune `net` in place on own windows, as it reads them, and leave it in evaluation mode.

    `learns`: the heads that own labels teach. Batch norm keeps its statistics, because one person's
    few minutes are a poor estimate of them.
    """
    steps, random = STEPS[part], torch.Generator().manual_seed(seed)
    net.eval().requires_grad_(part == "all")
    for task in learns:
        getattr(net, task).requires_grad_(True)
    answer: Callable[[Tensor], Heads] = net
    x, old_x = own.x, old.x
    if part == "heads":  # the trunk stays: compute once what it makes of a window
        answer = net.answer
        with torch.no_grad():
            x, old_x = (
                torch.cat([net.features(some) for some in torch.split(each, EVALUATION_BATCH)])
                for each in (x, old_x)
            )
    weights = [weight for weight in net.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=steps.learning_rate, weight_decay=WEIGHT_DECAY)
    for number in range(steps.passes):
        loss_sum, right = 0.0, torch.zeros(2, device=x.device)
        for index, recalled in _batches(len(x), len(old_x), steps.batch, random):
            index, recalled = index.to(x.device), recalled.to(x.device)
            logits = answer(torch.cat([x[index], old_x[recalled]]))
            target = Heads(*(label[index] for label in own.target))
            own_logits = Heads(*(z[: len(index)] for z in logits))
            loss = torch.zeros((), device=x.device)
            for task in learns:
                loss = loss + F.cross_entropy(getattr(own_logits, task), getattr(target, task))
            for task in old.tasks:
                now, before = getattr(logits, task)[len(index) :], getattr(old.logits, task)
                divergence = softened_kl(now, before[recalled], TEMPERATURE)
                loss = loss + REHEARSAL_WEIGHT * divergence
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            loss_sum += float(loss.detach()) * len(index)
            right += count_right(own_logits, target)
        pass_done(Pass(number, loss_sum / len(x), *(right / len(x)).tolist()))
    net.requires_grad_(True)


def _batches(
    own: int, old: int, batch: int | None, random: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield indices of own windows, each once, and of as many old ones drawn at random."""
    if batch is None:
        yield torch.arange(own), torch.arange(old)
        return
    for index in torch.split(torch.randperm(own, generator=random), batch):
        yield index, torch.randint(old, (min(batch, old),), generator=random)

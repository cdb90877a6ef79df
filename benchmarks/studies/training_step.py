"""Time a step of our training loop beside the plain one's.

python -m edgekit.benchmarks.studies.training_step

The two run in turn, in nine rounds on one thread.
"""

import statistics
import time
from collections.abc import Callable

import torch

from edgekit.front_end import with_input
from edgekit.nets import AS_PUBLISHED
from edgekit.spec import WISDM
from edgekit.train.batches import Batch
from edgekit.train.config import Config
from edgekit.train.cpu import full_speed
from edgekit.train.loop import State, begin, train_step
from edgekit.train.methods import SmoothDistill
from edgekit.train.nets import Heads, build

from .parser import study_parser
from .plain_loop import PlainMTLNet, plain_losses

BATCH, STEPS, ROUNDS = 64, 20, 9
SPEC = with_input(WISDM, "one-gain")


def main() -> None:
    """Print the medians of the rounds, and of the ratios in each round."""
    study_parser("training_step", __doc__).parse_args()
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(0)
    count = BATCH * STEPS
    windows = Batch(
        torch.randn(count, 3, 1, 100, generator=random),
        Heads(
            torch.randint(0, len(WISDM.postures), (count,), generator=random),
            torch.randint(0, len(WISDM.placements), (count,), generator=random),
        ),
    )
    same_maths = SmoothDistill(coarse_teacher=False)
    config = Config(
        "wisdm", "mtl-net-published", "random-window", 0, AS_PUBLISHED, None, same_maths
    )
    ours_ms, plain_ms = [], []
    for _ in range(ROUNDS):
        state = begin(lambda: build(config.net, SPEC), config, torch.device("cpu"))
        plain_ms.append(_milliseconds(lambda state=state: _plain(state, windows)))  # type: ignore[misc]
        ours_ms.append(_milliseconds(lambda state=state: _ours(state, config, windows)))  # type: ignore[misc]
    ratios = [plain / ours for plain, ours in zip(plain_ms, ours_ms, strict=True)]
    print(
        f"mtl-net-published, batch {BATCH}, one thread (CPU time, measured): plain "
        f"{statistics.median(plain_ms):.1f} ms a step, ours {statistics.median(ours_ms):.1f} ms, "
        f"{statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def _plain(state: State, windows: Batch) -> None:
    net = PlainMTLNet(len(WISDM.postures), len(WISDM.placements))
    net.take_weights(state.student)
    for _ in plain_losses(net, windows.x, *windows.target, batch=BATCH, ramp=True):
        pass


def _ours(state: State, config: Config, windows: Batch) -> None:
    state.student.train()
    with full_speed(windows.x.device):
        for step, chosen in enumerate(torch.arange(len(windows)).split(BATCH)):  # type: ignore[no-untyped-call]
            train_step(state, config, windows.take(chosen), step)


def _milliseconds(work: Callable[[], None]) -> float:
    """Return the CPU time of a step: the wall time of one thread on an idle machine."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began) / STEPS


if __name__ == "__main__":
    main()

"""Time an epoch of every method beside single-task's.

python -m edgekit.benchmarks.studies.method_epochs

The methods run in turn, an epoch each, in seven rounds on one thread.
"""

import statistics
from dataclasses import replace

import torch

from edgekit.front_end import with_input
from edgekit.nets import NETS
from edgekit.spec import WISDM
from edgekit.train.batches import Batch, as_read
from edgekit.train.config import Config, augmentation_for, input_for, trained_through
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.loop import State, Watch, begin, fit
from edgekit.train.methods import METHODS, Objective, phases
from edgekit.train.nets import Heads, TwoHeads, build
from edgekit.train.paper import TRAINING_TIME_RATIO

from .parser import study_parser

COMPARED = ("mtl-net-published", "mtl-net-small")
TRAIN, VALIDATION, ROUNDS = 2048, 256, 7


def main() -> None:
    """Print the medians of the rounds, and of the ratios to single-task in each round."""
    study_parser("method_epochs", __doc__).parse_args()
    torch.set_num_threads(1)
    for net in COMPARED:
        print(
            f"{net}, batch {NETS[net].recipe.batch}, one thread: CPU seconds of an epoch of "
            f"{TRAIN} windows, validation on {VALIDATION} included (measured)"
        )
        seconds = _epochs(net)
        for method in METHODS:
            pairs = zip(seconds[method], seconds["singletask"], strict=True)
            ratios = [own / one for own, one in pairs]
            print(
                f"  {method:15} {statistics.median(seconds[method]):6.3f} s, "
                f"{statistics.median(ratios):.2f} of single-task's "
                f"({min(ratios):.2f} to {max(ratios):.2f}); paper, A100: "
                f"{TRAINING_TIME_RATIO[method]:.2f}"
            )


def _epochs(net: str) -> dict[str, list[float]]:
    """Return CPU seconds of each round's epoch by method; Born-Again's is of both trainings."""
    train, validation = _windows(TRAIN, seed=0), _windows(VALIDATION, seed=1)
    trainings = {method: _start(net, method) for method in METHODS}
    seconds: dict[str, list[float]] = {method: [] for method in METHODS}
    for done in range(ROUNDS + 1):
        for method, started in trainings.items():
            for state, config in started:
                recipe = replace(config.recipe, epochs=done + 1)
                inputs = as_read(validation, config.front_end)
                fit(state, replace(config, recipe=recipe), train, inputs, Watch())
            if done > 0:  # the first round warms up
                seconds[method].append(sum(state.history[-1].cpu_s for state, _ in started))
    return seconds


def _start(net: str, method: str) -> list[tuple[State, Config]]:
    """Start the method's trainings; single-task's is that of one task, as the paper counts it."""
    objectives = phases(method)[:1] if method == "singletask" else phases(method)
    return [_begin(net, objective) for objective in objectives]


def _begin(net: str, objective: Objective) -> tuple[State, Config]:
    recipe = NETS[net].recipe
    training = training_defaults(WISDM.domain)
    worn = augmentation_for(recipe, training)
    spec = with_input(WISDM, input_for(net, training))
    through = trained_through(recipe, spec)
    config = Config("wisdm", net, "random-window", 0, recipe, through, objective, worn)

    def make_net() -> TwoHeads:
        return build(net, spec)

    given = make_net() if objective.teacher == "given" else None
    return begin(make_net, config, torch.device("cpu"), given), config


def _windows(count: int, seed: int) -> Batch:
    random = torch.Generator().manual_seed(seed)
    return Batch(
        # As `batch_of` lays them: (N, 100, 3) in memory.
        torch.randn(count, 1, 100, 3, generator=random).permute(0, 3, 1, 2),
        Heads(
            torch.randint(0, len(WISDM.postures), (count,), generator=random),
            torch.randint(0, len(WISDM.placements), (count,), generator=random),
        ),
    )


if __name__ == "__main__":
    main()

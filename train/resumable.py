"""Train one net to the end of its recipe, continuing from its checkpoint."""

from pathlib import Path

from edgekit.nets import Recipe
from edgekit.spec import Spec

from .batches import Batch
from .checkpoint import load_checkpoint
from .config import Config
from .cost import Cost, cost_of
from .energy import counter_of, metered
from .loop import State, Watch, begin, fit
from .nets import TwoHeads, build
from .weight_grid import on_weight_grid


def train_resumable(
    config: Config,
    spec: Spec,
    train: Batch,
    validation: Batch,
    checkpoint: Path,
    watch: Watch,
    teacher: TwoHeads | None = None,
) -> tuple[State, Cost]:
    """Return the state after the last epoch, and what all epochs cost.

    `train` holds windows in g, `validation` windows as the net reads them, both on the device that
    computes. `teacher` is the trained net of an objective that needs one. Saving is up to `watch`.
    Raises EdgekitError when the checkpoint is damaged or another training's.
    """
    device = train.x.device
    state = begin(lambda: build(config.net, spec), config, device, teacher)
    load_checkpoint(checkpoint, state)
    with metered(counter_of(device)) as meter:
        fit(state, config, train, validation, watch)
    round_best_weights(state, config.recipe)
    return state, cost_of(state.history, device, meter.power)


def round_best_weights(state: State, recipe: Recipe) -> None:
    """Round the best weights to int8's grid, where the recipe ends on it."""
    if recipe.int8_ready:
        for best in filter(None, (state.best_student, state.best_teacher)):
            best.weights = on_weight_grid(best.weights)

"""Configure a training: what decides its outcome, and each choice where the user makes none."""

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.front_end import trains_on_g
from edgekit.names import pick
from edgekit.nets import NETS, Recipe
from edgekit.spec import FrontEnd, Spec

from .datasets.defaults import Augmentation, TrainingDefaults
from .methods import Objective, SmoothDistill, objective_from_json, objective_to_json

# What `edgekit train --augmentation` offers beside "worn", the data set's own.
AUGMENTATIONS = {
    # The first recipe: 4 points less accurate on unseen people, but it quantises better (99.1 % of
    # answers unchanged, 98.7 % with the stronger).
    "light": Augmentation(rotation_deg=(8.0, 8.0, 8.0), scale=0.05, shift=8),
    # For the random-window split, where every person is in the training set.
    "shifted": Augmentation(shift=12),
    "none": Augmentation(),
}


# Of a data set of one's own. Smooth-Distill's average needs about this many to follow its student.
LEAST_STEPS = 750
BATCHES = 8  # an epoch's, before they become smaller
LEAST_BATCH = 32
TRAIN_SHARE = 0.72  # of all windows, after those who judge and those who choose the epoch


def recipe_for(net: str, training: TrainingDefaults) -> Recipe:
    """Return the net's recipe on a data set; smoothed labels go with augmentation.

    Of few windows the batches are smaller and the epochs more. Raises UsageError for an unknown
    net.
    """
    recipe = NETS[pick("net", net, NETS)].recipe
    if training.windows is not None:
        recipe = _with_steps(recipe, round(TRAIN_SHARE * training.windows))
    if not recipe.augmented:
        return recipe
    return replace(recipe, label_smoothing=training.label_smoothing)


def _with_steps(recipe: Recipe, windows: int) -> Recipe:
    """Return a recipe that takes LEAST_STEPS on this many training windows.

    Thirty epochs of a hundred windows in batches of 256 are thirty steps, in which no net learns.
    """
    batch = recipe.batch
    while batch > LEAST_BATCH and windows < BATCHES * batch:
        batch //= 2
    steps_an_epoch = max(1, math.ceil(windows / batch))
    return replace(
        recipe, batch=batch, epochs=max(recipe.epochs, math.ceil(LEAST_STEPS / steps_an_epoch))
    )


def input_for(net: str, training: TrainingDefaults, wanted: str | None = None) -> str:
    """Return the input, one of `edgekit.front_end.INPUTS`: the only one that the net reads, else
    the one that is wanted, else what measured best on the data set.

    Raises UsageError for an unknown net.
    """
    only = NETS[pick("net", net, NETS)].input
    return only or wanted or training.input


def augmentation_for(recipe: Recipe, training: TrainingDefaults) -> Augmentation:
    return augmentation_named("worn" if recipe.augmented else "none", training)


def augmentation_named(name: str, training: TrainingDefaults) -> Augmentation:
    """Return an augmentation: "worn" is the data set's own. Raises UsageError for another name."""
    choices = {"worn": training.augmentation, **AUGMENTATIONS}
    return choices[pick("augmentation", name, choices)]


def trained_through(recipe: Recipe, spec: Spec) -> FrontEnd | None:
    """Return the front end that a net trains through; None where it trains on samples in g."""
    return None if trains_on_g(spec.front_end, recipe.int8_ready) else spec.front_end


@dataclass(frozen=True)
class Config:
    """Everything that decides a run's outcome, with its data."""

    dataset: str
    net: str
    split: str
    seed: int
    recipe: Recipe
    front_end: FrontEnd | None  # see `trained_through`; the run's Spec keeps it
    objective: Objective = field(default_factory=SmoothDistill)
    augmentation: Augmentation = field(default_factory=Augmentation)

    def to_json(self) -> dict[str, Any]:
        fields = {**asdict(self), "objective": objective_to_json(self.objective)}
        del fields["front_end"]
        return fields

    @staticmethod
    def from_json(fields: dict[str, Any], spec: Spec) -> "Config":
        """Raises EdgekitError when a field is missing, unknown or of the wrong kind."""
        try:
            recipe = Recipe(**fields["recipe"])
            return Config(
                dataset=str(fields["dataset"]),
                net=str(fields["net"]),
                split=str(fields["split"]),
                seed=int(fields["seed"]),
                recipe=recipe,
                front_end=trained_through(recipe, spec),
                objective=objective_from_json(fields["objective"]),
                augmentation=_augmentation_from_json(fields["augmentation"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EdgekitError(f"the run's configuration cannot be read: {error}") from None


def _augmentation_from_json(fields: dict[str, Any]) -> Augmentation:
    """Raises KeyError, TypeError or ValueError when a field is missing, unknown or no number."""
    x, y, z = fields["rotation_deg"]
    return Augmentation(**{**fields, "rotation_deg": (float(x), float(y), float(z))})

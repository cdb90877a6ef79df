"""Choices: what a user decides of a training, and the configuration that follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from edgekit.errors import UsageError
from edgekit.front_end import with_input
from edgekit.names import pick
from edgekit.nets import NETS, Recipe
from edgekit.run import Run

from .config import Config, augmentation_named, input_for, recipe_for, trained_through
from .datasets import Dataset, spec_of
from .methods import Objective, SmoothDistill
from .nets import build
from .splits import SPLITS

LARGEST_SEED = 2**32 - 1  # that every generator takes
MOST = 1_000_000  # epochs, or windows of a batch


@dataclass(frozen=True)
class Choices:
    """What a user decides; None where the net's or the data set's own is taken."""

    net: str = "mtl-net-small"
    split: str = "subject"
    seed: int = 0
    input: str | None = None
    augmentation: str | None = None
    epochs: int | None = None
    batch: int | None = None
    label_smoothing: float | None = None
    objective: Objective = field(default_factory=SmoothDistill)

    def check(self, dataset: str) -> None:
        """Check what needs no samples, so that a slip is refused before they are read.

        Raises UsageError for an unknown name, a number that cannot be, and an input that the net
        does not read.
        """
        pick("net", self.net, NETS)
        _check_whole("seed", self.seed, 0, LARGEST_SEED)
        for name, count in (("epochs", self.epochs), ("batch", self.batch)):
            if count is not None:
                _check_whole(name, count, 1, MOST)
        spec = spec_of(dataset)
        if self.input is not None:
            build(self.net, with_input(spec, self.input))
        pick("split", self.split, SPLITS)

    @property
    def settled_input(self) -> str | None:
        """The input that is not to be tried: the only one that the net reads, or the named one."""
        return NETS[self.net].input or self.input

    @property
    def settled_augmentation(self) -> str | None:
        """The augmentation that is not to be tried: the named one, or none."""
        return self.augmentation or (None if NETS[self.net].recipe.augmented else "none")

    def configure(self, dataset: Dataset, teachers: Sequence[Run] = ()) -> tuple[Dataset, Config]:
        """Return the data set with the input that the net reads, and the whole configuration.

        Raises UsageError where the net cannot be built, or a teacher reads another input or
        answers with other labels.
        """
        input = self.input or input_for(self.net, dataset.training)
        spec = with_input(dataset.spec, input)
        build(self.net, spec)
        for teacher in teachers:
            if teacher.spec != spec:
                raise UsageError(
                    f"{teacher.folder} was trained on another input or other labels than "
                    f"{dataset.name} has"
                )
        recipe = self._changed(recipe_for(self.net, dataset.training))
        name = self.augmentation or ("worn" if recipe.augmented else "none")
        augmentation = augmentation_named(name, dataset.training)
        recipe = replace(recipe, augmented=name != "none")
        config = Config(
            dataset.name,
            self.net,
            self.split,
            self.seed,
            recipe,
            trained_through(recipe, spec),
            self.objective,
            augmentation,
        )
        return replace(dataset, spec=spec), config

    def _changed(self, recipe: Recipe) -> Recipe:
        """Return the recipe with what the user named in its place."""
        return replace(
            recipe,
            epochs=recipe.epochs if self.epochs is None else self.epochs,
            batch=recipe.batch if self.batch is None else self.batch,
            label_smoothing=(
                recipe.label_smoothing if self.label_smoothing is None else self.label_smoothing
            ),
        )


def _check_whole(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UsageError(f"{name} is a whole number from {least} to {most:,}, not {value!r}")

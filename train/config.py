"""What a training run is asked to do; the recipe of each net, where the user says nothing."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from edgekit.errors import EdgekitError

from .augment import Augmentation
from .methods import SmoothDistill

Schedule = Literal["constant", "one-cycle"]


@dataclass(frozen=True)
class Recipe:
    """How a net is trained."""

    epochs: int
    batch: int
    learning_rate: float
    schedule: Schedule
    weight_decay: float
    augmented: bool
    int8_ready: bool  # learn on the int8 input's grid, end on weights that int8 can say


# The paper trains with Adam at a constant 0.001 and batches of 64, for 300 epochs; 10 land near its
# figures. The convolutional family is trained with an annealed rate instead.
AS_PUBLISHED = Recipe(10, 64, 1e-3, "constant", 0.0, augmented=False, int8_ready=False)
ANNEALED = Recipe(24, 256, 4e-3, "one-cycle", 1e-2, augmented=True, int8_ready=True)
RECIPES = {
    "mtl-net-small": ANNEALED,
    "mtl-net-lean": ANNEALED,
    "mtl-net-micro": ANNEALED,
    "mtl-net": replace(AS_PUBLISHED, int8_ready=True),
    "mtl-net-published": AS_PUBLISHED,
}

# How far wearing turns a sensor depends on what the classes are: sleep postures stand 30 degrees
# apart and are told by the angle itself, so there it must stay small.
AUGMENTATIONS = {
    "sleep": Augmentation(rotation_deg=2.0, scale=0.02, shift=8),
    "wisdm": Augmentation(rotation_deg=8.0, scale=0.05, shift=8),
    "mhealth": Augmentation(rotation_deg=12.0, scale=0.08, shift=8),
    "hapt": Augmentation(rotation_deg=12.0, scale=0.08, shift=8),
}


@dataclass(frozen=True)
class Config:
    """Everything that decides a run's outcome, with its data."""

    dataset: str
    net: str
    split: str
    seed: int
    recipe: Recipe
    method: SmoothDistill = field(default_factory=SmoothDistill)
    augmentation: Augmentation = field(default_factory=Augmentation)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(given: dict[str, Any]) -> "Config":
        """Raises EdgekitError when a field is missing or unknown."""
        try:
            return Config(
                dataset=str(given["dataset"]),
                net=str(given["net"]),
                split=str(given["split"]),
                seed=int(given["seed"]),
                recipe=Recipe(**given["recipe"]),
                method=SmoothDistill(**given["method"]),
                augmentation=Augmentation(**given["augmentation"]),
            )
        except (KeyError, TypeError) as error:
            raise EdgekitError(f"the run's configuration cannot be read: {error}") from None

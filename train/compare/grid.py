"""List what a comparison trains: cells, each one method on one net and one fold; and presets."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from edgekit.names import pick
from edgekit.nets import AS_PUBLISHED, NETS, Recipe

from ..baselines import NAMES as BASELINES
from ..config import input_for, recipe_for
from ..datasets.defaults import TrainingDefaults
from ..methods import METHODS, SmoothDistill, phases
from ..splits import FOLDS, SPLITS

VERSION = 4  # raise it when a cell's outcome changes: older cells are then done anew
BASELINE = "baseline"  # the method of a cell without a net, whose `net` names the baseline
STUDIES = ("methods", "architectures", "sweeps", "baselines")


@dataclass(frozen=True)
class Cell:
    """One method on one net, on one fold of one split, with one seed."""

    dataset: str
    data_digest: str
    net: str
    method: str
    split: str
    fold: int
    seed: int
    recipe: Recipe
    input: str  # one of edgekit.front_end.INPUTS; of a baseline "g"
    train_share: float = 1.0
    windows: int | None = None  # at most so many of the data set's windows
    smooth: SmoothDistill = field(default_factory=SmoothDistill)

    @property
    def key(self) -> str:
        """Return a digest of all that decides the outcome."""
        fields = json.dumps([VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(fields.encode()).hexdigest()[:16]

    @property
    def epochs(self) -> int:
        """Count the epochs of all trainings of the method; a baseline counts as one."""
        return 1 if self.method == BASELINE else self.recipe.epochs * len(phases(self.method))

    def __str__(self) -> str:
        share = f", {self.train_share:.0%} of the data" if self.train_share < 1 else ""
        default = asdict(SmoothDistill())
        swept = "".join(
            f", {name} {value:g}" if isinstance(value, float) else f", {name} {value}"
            for name, value in asdict(self.smooth).items()
            if value != default[name]
        )
        where = f"{self.split} fold {self.fold}, seed {self.seed}"
        return f"{self.method} {self.net}, {where}{swept}{share}"


@dataclass(frozen=True)
class Grid:
    """The cells that a comparison wants, as the studies of the paper."""

    nets: tuple[str, ...]  # all methods on each
    architectures: tuple[str, ...]  # Smooth-Distill on each, at each share
    sweep_net: str  # Smooth-Distill's constants, one at a time
    methods: tuple[str, ...] = tuple(METHODS)
    splits: tuple[str, ...] = SPLITS
    folds: tuple[int, ...] = tuple(range(FOLDS))
    seeds: tuple[int, ...] = (0,)
    shares: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    baselines: tuple[str, ...] = BASELINES
    studies: tuple[str, ...] = STUDIES
    recipe: Recipe | None = None  # each net's own if None
    input: str | None = None  # of the nets that can read either; each net's own if None
    epochs: int | None = None  # the recipe's own if None
    windows: int | None = None
    smooth: SmoothDistill = field(default_factory=SmoothDistill)

    def cells(self, dataset: str, data_digest: str, training: TrainingDefaults) -> list[Cell]:
        """List each cell once, in the order of the studies; `training` is the data set's."""

        def cell(net: str, method: str, split: str, fold: int, seed: int, **more: Any) -> Cell:
            own = recipe_for(net, training) if net in NETS else AS_PUBLISHED  # a baseline has none
            recipe = self.recipe or own
            if self.epochs is not None:
                recipe = replace(recipe, epochs=self.epochs)
            input = "g" if method == BASELINE else input_for(net, training, self.input)
            more = {"windows": self.windows, "smooth": self.smooth, **more}
            return Cell(dataset, data_digest, net, method, split, fold, seed, recipe, input, **more)

        places = [
            (split, fold, seed)
            for seed in self.seeds
            for split in self.splits
            for fold in self.folds
        ]
        wanted: list[Cell] = []
        if "methods" in self.studies:
            wanted += [
                cell(net, method, *place)
                for place in places
                for net in self.nets
                for method in self.methods
            ]
        if "architectures" in self.studies:
            wanted += [
                cell(net, "smooth-distill", *place, train_share=share)
                for place in places
                for net in self.architectures
                for share in (*self.shares, 1.0)
            ]
        if "sweeps" in self.studies:
            wanted += [
                cell(self.sweep_net, "smooth-distill", *place, smooth=smooth)
                for place in places
                for smooth in swept(self.smooth)
            ]
        if "baselines" in self.studies:
            wanted += [cell(name, BASELINE, *place) for place in places for name in self.baselines]
        return list(dict.fromkeys(wanted))


LAMBDAS = (0.001, 0.1, 0.5, 1.0)  # the paper's
DECAYS = (0.9, 0.99, 0.999, 0.9999)
TEMPERATURES = (1.0, 2.0, 3.0, 5.0)


def swept(smooth: SmoothDistill) -> list[SmoothDistill]:
    """Vary one constant at a time, the others as they are."""
    return [
        *(replace(smooth, distill_weight=value) for value in LAMBDAS),
        *(replace(smooth, decay=value) for value in DECAYS),
        *(replace(smooth, temperature=value) for value in TEMPERATURES),
    ]


# Adam at a constant 0.001, batches of 64, 300 epochs: the paper's training.
PAPER_RECIPE = replace(AS_PUBLISHED, epochs=300)
PAPER_NETS = ("mtl-net", "lstm", "bilstm", "gru", "anponet")

PRESETS: dict[str, Grid] = {
    # Every table and figure in a minute or two, on few windows, to try everything.
    "smoke": Grid(
        nets=("mtl-net-published", "mtl-net-micro"),
        architectures=tuple(NETS),
        sweep_net="mtl-net-micro",
        folds=(0, 1),
        shares=(0.5,),
        epochs=2,
        windows=600,
    ),
    # The published code's net and loop: no batch norm, a third of the input, no ramp.
    "published": Grid(
        nets=("mtl-net-published",),
        architectures=("mtl-net-published",),
        sweep_net="mtl-net-published",
        splits=("random-window",),
        recipe=PAPER_RECIPE,
        input="one-gain",
        smooth=SmoothDistill(ramp=False, coarse_teacher=False),
        studies=("methods", "sweeps"),
    ),
    # What the paper describes: five folds, five seeds, its architectures and shares.
    "paper": Grid(
        nets=("mtl-net",),
        architectures=PAPER_NETS,
        sweep_net="mtl-net",
        splits=("random-window",),
        seeds=(0, 1, 2, 3, 4),
        shares=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        recipe=PAPER_RECIPE,
        input="one-gain",
    ),
    # What to rely on: people held out beside random windows, each net at its own best.
    "sound": Grid(
        nets=("mtl-net-small", "mtl-net-micro"),
        architectures=tuple(NETS),
        sweep_net="mtl-net-micro",
    ),
}


def preset(name: str) -> Grid:
    """Return a preset. Raises UsageError for an unknown name."""
    return PRESETS[pick("preset", name, PRESETS)]

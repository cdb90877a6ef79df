"""The names that options choose from, known without torch, are those that training offers."""

import pytest

from edgekit.choices import CHOICES, check_choices
from edgekit.errors import UsageError
from edgekit.front_end import INPUTS
from edgekit.nets import NETS
from edgekit.train.compare.grid import PRESETS, STUDIES
from edgekit.train.config import AUGMENTATIONS
from edgekit.train.methods import METHODS
from edgekit.train.splits import SPLITS


def test_every_list_is_that_of_the_training_side() -> None:
    offered = {
        "net": NETS,
        "method": METHODS,
        "split": SPLITS,
        "input": INPUTS,
        "augmentation": ("worn", *AUGMENTATIONS),
        "device": ("auto", "cpu", "cuda"),
        "study": STUDIES,
        "preset": PRESETS,
    }
    assert {kind: tuple(names) for kind, names in offered.items()} == CHOICES


def test_one_name_or_several_or_none_are_checked() -> None:
    check_choices(net="mtl-net-small", method=["multitask", "sd-dropout"], split=None)
    with pytest.raises(UsageError, match="Did you mean multitask"):
        check_choices(method=["sd-dropout", "multitsk"])

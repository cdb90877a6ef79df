"""A recipe fits its data: few windows are passed often enough for a net to learn."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from edgekit.nets import NETS
from edgekit.train.config import LEAST_BATCH, LEAST_STEPS, TRAIN_SHARE, recipe_for
from edgekit.train.datasets.formats import training_defaults

TRAINING = training_defaults("mhealth")


@given(net=sampled_from(sorted(NETS)), windows=integers(10, 2_000_000))
def test_a_data_set_of_ones_own_is_trained_on_in_steps_enough(net: str, windows: int) -> None:
    recipe = recipe_for(net, replace(TRAINING, windows=windows))
    steps = recipe.epochs * math.ceil(round(TRAIN_SHARE * windows) / recipe.batch)
    assert steps >= LEAST_STEPS
    assert min(LEAST_BATCH, NETS[net].recipe.batch) <= recipe.batch <= NETS[net].recipe.batch
    assert recipe.epochs >= NETS[net].recipe.epochs


@pytest.mark.parametrize("net", NETS)
def test_of_many_windows_the_recipe_is_the_nets_own(net: str) -> None:
    of_public = recipe_for(net, TRAINING)
    assert of_public == recipe_for(net, replace(TRAINING, windows=100_000))

"""What every installation holds: a bundle that runs, and ten minutes of a simulated night."""

from dataclasses import asdict

import numpy as np
import pytest

from edgekit import samples
from edgekit.bundle import Bundle, load_bundle
from edgekit.device.decide.classifier import Classifier
from edgekit.device.decide.generated_model import GeneratedModel
from edgekit.front_end import counts_of
from edgekit.nets import NETS
from edgekit.recording import Recording, load_recording
from edgekit.samples.make import KEPT, MINUTES, NET, SEED
from edgekit.spec import SLEEP, UNLABELLED
from edgekit.train.datasets.synthetic import simulate_night
from edgekit.windows import labelled_windows


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return load_bundle(samples.bundle())


@pytest.fixture(scope="module")
def night() -> Recording:
    return load_recording(samples.night())


def test_the_shipped_bundle_is_for_the_postures_of_this_edgekit(shipped: Bundle) -> None:
    assert shipped.spec == SLEEP
    assert shipped.name == samples.BUNDLE_NAME
    assert shipped.fields["run"]["net"] == NET


def test_it_says_that_it_knows_simulated_people_alone(shipped: Bundle, night: Recording) -> None:
    assert shipped.fields["accuracy"]["data"] == shipped.fields["dataset"]["name"] == "synthetic"
    assert "synthetic" in (shipped.folder / "card.md").read_text()
    assert "synthetic" in night.source


def test_it_is_trained_by_the_nets_own_recipe_and_the_first_seed(shipped: Bundle) -> None:
    config = shipped.fields["run"]["config"]
    assert (config["seed"], config["recipe"]) == (SEED, asdict(NETS[NET].recipe))


def test_it_holds_what_the_device_and_the_firmware_read_and_nothing_else(shipped: Bundle) -> None:
    files = {path.name for path in shipped.folder.iterdir()} - {"bundle.json"}
    assert files == set(KEPT) == set(shipped.fields["files"])


def test_its_c_answers_as_its_golden_windows_say_and_as_its_model(
    shipped: Bundle, night: Recording
) -> None:
    few = labelled_windows([night], SLEEP).xyz_g[::40]
    posture, _ = GeneratedModel(shipped).logits(counts_of(few))  # checks the golden windows
    by_model = Classifier(shipped).classify(few).posture
    assert np.mean(posture.argmax(axis=1) == by_model.argmax(axis=1)) > 0.95


def test_the_shipped_night_is_the_simulators_own_of_the_first_seed(night: Recording) -> None:
    simulated = simulate_night(SEED, MINUTES / 60).recording
    np.testing.assert_array_equal(night.xyz_g, simulated.xyz_g)
    assert night.label is not None and simulated.label is not None
    np.testing.assert_array_equal(night.label, simulated.label)
    assert (night.start_s, night.subject) == (simulated.start_s, simulated.subject)
    assert len(set(night.label[night.label != UNLABELLED].tolist())) >= 3  # postures

"""The networks: their sizes, their answers' shapes, and what their pooling computes."""

import pytest
import torch
from hypothesis import given
from hypothesis.strategies import integers
from torch.nn import functional as F

from edgekit.benchmarks.studies.plain_loop import PlainMTLNet, published_input
from edgekit.errors import UsageError
from edgekit.front_end import with_input
from edgekit.nets import AS_PUBLISHED, NETS
from edgekit.spec import DOMAINS, HAPT, MHEALTH, SLEEP, WISDM, Spec
from edgekit.train.batches import as_read
from edgekit.train.config import Config, input_for, trained_through
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.loop import begin, train_step, weights_of
from edgekit.train.nets import build, parameter_count
from edgekit.train.nets.pooling import halve, max_over_time, mean_over_time
from tests.helpers.train_windows import some_windows

TWO_GAINS = [name for name in NETS if name != "mtl-net-published"]
EITHER = [*((name, "two-gains") for name in TWO_GAINS), *((name, "one-gain") for name in NETS)]
ONE = with_input(SLEEP, "one-gain")


@pytest.mark.parametrize("spec", DOMAINS, ids=lambda spec: spec.domain)
@pytest.mark.parametrize(("name", "input"), EITHER)
def test_each_net_answers_both_questions(name: str, input: str, spec: Spec) -> None:
    spec = with_input(spec, input)
    channels = 6 if input == "two-gains" else 3
    posture, placement = build(name, spec)(torch.randn(4, channels, 1, 100))
    assert posture.shape == (4, len(spec.postures))
    assert placement.shape == (4, len(spec.placements))


@pytest.mark.parametrize(("name", "input"), EITHER)
def test_each_net_has_no_weight_that_training_leaves_alone(name: str, input: str) -> None:
    spec = with_input(SLEEP, input)
    through = trained_through(AS_PUBLISHED, spec)
    config = Config("synthetic", name, "subject", 0, AS_PUBLISHED, through)
    state = begin(lambda: build(name, spec), config, torch.device("cpu"))
    before = weights_of(state.student)
    state.student.train()
    loss, _ = train_step(state, config, as_read(some_windows(64), through), step=0)
    assert loss.isfinite()
    for weight, parameter in state.student.named_parameters():
        assert parameter.isfinite().all(), weight
        assert not torch.equal(parameter, before[weight]), weight


@pytest.mark.parametrize(
    ("name", "count", "for_motion"),
    [
        ("mtl-net-published", 1_797_519, None),  # as the published code counts them
        ("mtl-net", 1_798_191, 3 * 9 * 32),  # the paper says 1.80 M
        ("mtl-net-wide", 619_311, 3 * 7 * 64),
        ("mtl-net-small", 157_023, 3 * 7 * 32),
        ("mtl-net-lean", 24_955, 3 * 7 * 12),
        ("mtl-net-micro", 13_231, 3 * 9 * 16),  # the smallest microcontrollers hold 16 k
        ("lstm", 202_127, 3 * 4 * 128),
        ("bilstm", 136_591, 3 * 4 * 128),
        ("gru", 152_079, 3 * 3 * 128),
        ("anponet", 112_175, 3 * 5 * 32),
    ],
)
def test_the_nets_have_the_sizes_they_are_known_by(
    name: str, count: int, for_motion: int | None
) -> None:
    """`for_motion`: weights of the first layer for the three channels more that motion has."""
    assert parameter_count(build(name, ONE)) == count
    if for_motion is not None:
        assert parameter_count(build(name, SLEEP)) == count + for_motion


def test_each_net_has_the_papers_input_or_its_domains_own() -> None:
    training = training_defaults(SLEEP.domain)
    for name in NETS:
        build(name, with_input(SLEEP, input_for(name, training)))
    assert [name for name in NETS if input_for(name, training) == "one-gain"] == [
        "mtl-net-published"
    ]


@pytest.mark.parametrize("spec", [MHEALTH, HAPT], ids=lambda spec: spec.domain)
@pytest.mark.parametrize("name", TWO_GAINS)
def test_of_few_people_one_gain_is_learnt_unless_two_are_asked_for(name: str, spec: Spec) -> None:
    training = training_defaults(spec.domain)
    assert input_for(name, training) == "one-gain"
    assert input_for(name, training, "two-gains") == "two-gains"
    assert input_for("mtl-net-published", training, "two-gains") == "one-gain"


@pytest.mark.parametrize("spec", [SLEEP, WISDM], ids=lambda spec: spec.domain)
def test_the_published_net_refuses_motion_and_names_the_input_it_reads(spec: Spec) -> None:
    with pytest.raises(UsageError, match=r"mtl-net-published reads .*--input one-gain"):
        build("mtl-net-published", spec)


@given(integers(2, 60))
def test_pooling_keeps_the_larger_of_each_pair_and_teaches_it_alone(width: int) -> None:
    h = torch.randn(2, 3, 1, width, requires_grad=True)
    pairs = h.detach()[..., : width // 2 * 2].unflatten(-1, (-1, 2))  # a last odd one is left out
    pooled = halve(h)
    assert torch.equal(pooled, pairs.sort(dim=-1).values[..., 1])
    assert torch.equal(halve(h.detach()), pooled), "the same with gradients and"
    with torch.no_grad():
        assert torch.equal(halve(h), pooled), "without"
    (gradient,) = torch.autograd.grad(pooled.sum(), h)
    larger = F.one_hot(pairs.argmax(dim=-1), 2).flatten(-2).float()
    assert torch.equal(gradient, F.pad(larger, (0, width % 2)))


@given(integers(1, 60))
def test_pooling_over_time_is_the_mean_and_the_largest_of_each_channel(width: int) -> None:
    h = torch.randn(2, 3, 1, width)
    assert torch.allclose(mean_over_time(h), h.sum(dim=(2, 3)) / width, atol=1e-6)
    assert torch.equal(max_over_time(h), h.flatten(2).sort(dim=2).values[:, :, -1])


def test_the_published_net_gives_the_plainly_written_nets_logits() -> None:
    x = torch.randn(16, 3, 1, 100)
    ours = build("mtl-net-published", ONE)
    plain = PlainMTLNet(len(SLEEP.postures), len(SLEEP.placements))
    plain.take_weights(ours)
    for found, expected in zip(ours(x), plain(published_input(x)), strict=True):
        assert torch.allclose(found, expected, atol=1e-6)
        assert expected.std() > 1e-3, "logits that differ from each other"


@pytest.mark.parametrize("spec", [SLEEP, ONE], ids=["two gains", "one gain"])
def test_every_channel_of_the_whole_window_reaches_the_sound_net(spec: Spec) -> None:
    net = build("mtl-net", spec).eval()
    x = torch.randn(1, spec.front_end.channels, 1, 100, requires_grad=True)
    sum(head.sum() for head in net(x)).backward()
    assert x.grad is not None
    assert (x.grad.abs().sum(dim=3) > 0).all()
    assert (x.grad[0, :, 0, :90].abs().sum(dim=0) > 0).all()


def test_an_unknown_net_is_named() -> None:
    with pytest.raises(UsageError, match="no net is called 'resnet'"):
        build("resnet", SLEEP)

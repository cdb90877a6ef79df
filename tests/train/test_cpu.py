"""Full speed changes a CPU's rounding and nothing else; a coarse teacher says nearly the same."""

from collections.abc import Iterator

import pytest
import torch
from torch.nn import functional as F

from edgekit.spec import SLEEP
from edgekit.train.cpu import full_speed, in_bfloat16
from edgekit.train.methods import SmoothDistill
from edgekit.train.nets import Heads, build
from tests.helpers.train_windows import read_windows

CPU = torch.device("cpu")


@pytest.fixture
def capabilities(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bool]]:
    """What this CPU says that it can: none of it, until the test says so."""
    capabilities: dict[str, bool] = {}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    yield capabilities


def test_a_product_at_full_speed_differs_by_rounding_alone() -> None:
    random = torch.Generator().manual_seed(0)
    x, weight = (torch.randn(n, 300, generator=random) for n in (64, 200))
    exact = x.double() @ weight.double().T
    with full_speed(CPU):
        found = F.linear(x, weight)
    assert (found - exact).abs().max() < 1e-4 * exact.abs().max(), "bfloat16 errs by 1e-2"


def test_full_speed_ends_with_its_block_whatever_happens_in_it() -> None:
    before = torch.get_float32_matmul_precision()
    with pytest.raises(KeyboardInterrupt), full_speed(CPU):
        raise KeyboardInterrupt
    assert torch.get_float32_matmul_precision() == before


def test_a_cpu_that_would_round_to_bfloat16_is_left_as_it_is(capabilities: dict[str, bool]) -> None:
    capabilities["amx_bf16"] = True
    before = torch.get_float32_matmul_precision()
    with full_speed(CPU):
        assert torch.get_float32_matmul_precision() == before


def test_a_gpu_is_left_as_it_is() -> None:
    before = torch.get_float32_matmul_precision()
    with full_speed(torch.device("cuda")), in_bfloat16(torch.device("cuda")):
        assert torch.get_float32_matmul_precision() == before
        assert not torch.is_autocast_enabled("cpu")


def loss_and_gradient(coarse: bool) -> tuple[float, torch.Tensor, Heads]:
    torch.manual_seed(3)
    student, teacher = build("mtl-net-small", SLEEP).eval(), build("mtl-net-small", SLEEP).eval()
    windows = read_windows(64)
    objective = SmoothDistill(distill_weight=1.0, coarse_teacher=coarse)
    loss, logits = objective.loss(student, teacher, windows.x, windows.target)
    loss.backward()
    gradient = torch.cat([p.grad.flatten() for p in student.parameters() if p.grad is not None])
    return loss.item(), gradient, logits


def test_a_coarse_teacher_moves_the_student_nearly_the_same_way(
    capabilities: dict[str, bool],
) -> None:
    capabilities["avx512_bf16"] = True
    exact, exact_gradient, exact_logits = loss_and_gradient(coarse=False)
    coarse, gradient, logits = loss_and_gradient(coarse=True)
    assert coarse == pytest.approx(exact, rel=0.01)
    assert coarse != exact, "the teacher was not coarse: nothing is tested"
    assert F.cosine_similarity(gradient, exact_gradient, dim=0) > 0.999
    for mine, other in zip(logits, exact_logits, strict=True):
        assert torch.equal(mine, other), "the student computes in fp32"


def test_where_a_cpu_has_no_bfloat16_the_teacher_is_exact(capabilities: dict[str, bool]) -> None:
    assert loss_and_gradient(coarse=True)[0] == loss_and_gradient(coarse=False)[0]

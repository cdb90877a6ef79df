"""The checkpoint of a training: one file that is whole, or the one before."""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from edgekit.errors import EdgekitError
from edgekit.files import whole_file

from .loop import Best, Epoch, State, Weights


def save_checkpoint(path: Path, state: State) -> None:
    """All of the state after an epoch, but a given teacher."""
    tensors: Weights = {}
    for part, weights in _parts(state).items():
        tensors |= {f"{part}/{name}": tensor.contiguous() for name, tensor in weights.items()}
    told = {
        "history": json.dumps([asdict(epoch) for epoch in state.history]),
        "best_student": repr(state.best_student.score),
    }
    if state.best_teacher is not None:
        told["best_teacher"] = repr(state.best_teacher.score)
    save_weights(path, tensors, told)


def load_checkpoint(path: Path, state: State) -> State:
    """`state`, just begun, brought to where training left it; as it is where no file is there.

    Raises EdgekitError when the file is damaged or another training's.
    """
    if not path.is_file():
        return state
    device = next(state.student.parameters()).device
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            told = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts: dict[str, Weights] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = tensor
        state.student.load_state_dict(parts["student"])
        state.best_student = Best(parts["best_student"], float(told["best_student"]))
        if state.best_teacher is not None and state.teacher is not None:
            state.teacher.load_state_dict(parts["teacher"])
            state.best_teacher = Best(parts["best_teacher"], float(told["best_teacher"]))
        _set_moments(state, parts["optimizer"])
        state.history = [Epoch(**row) for row in json.loads(told["history"])]
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise EdgekitError(
            f"{path} is damaged ({error}). Delete it to begin this training anew."
        ) from None
    return state


def save_weights(path: Path, tensors: Weights, told: dict[str, str] | None = None) -> None:
    # Every tensor by itself: safetensors refuses two names for one memory.
    plain = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    with whole_file(path) as file:
        file.write(save(plain, metadata={"format": "pt", **(told or {})}))


def _parts(state: State) -> dict[str, Weights]:
    parts = {
        "student": state.student.state_dict(),
        "best_student": state.best_student.weights,
        "optimizer": _moments(state),
    }
    if state.best_teacher is not None and state.teacher is not None:
        parts |= {
            "teacher": state.teacher.state_dict(),
            "best_teacher": state.best_teacher.weights,
        }
    return parts


def _moments(state: State) -> Weights:
    return {
        f"{index}/{key}": value
        for index, moments in state.optimizer.state_dict()["state"].items()
        for key, value in moments.items()
    }


def _set_moments(state: State, moments: dict[str, Tensor]) -> None:
    fresh = state.optimizer.state_dict()
    parameters = list(state.student.parameters())
    for name, tensor in moments.items():
        index, _, key = name.partition("/")
        if tensor.dim():  # the fused optimizer walks memory: moments must lie as their parameter
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        fresh["state"].setdefault(int(index), {})[key] = tensor
    state.optimizer.load_state_dict(fresh)

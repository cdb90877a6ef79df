"""Write and read the checkpoint of a training, whole or not at all."""

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
    """Write the state after an epoch, except a given teacher, which training does not change."""
    tensors: Weights = {}
    for part, weights in _parts(state).items():
        tensors |= {f"{part}/{name}": tensor.contiguous() for name, tensor in weights.items()}
    metadata = {
        "history": json.dumps([asdict(epoch) for epoch in state.history]),
        "best_student": repr(state.best_student.score),
    }
    if state.best_teacher is not None:
        metadata["best_teacher"] = repr(state.best_teacher.score)
    save_weights(path, tensors, metadata)


def load_checkpoint(path: Path, state: State) -> State:
    """Bring `state`, just begun, to where training was interrupted; unchanged without a file.

    Raises EdgekitError when the file is damaged or another training's.
    """
    if not path.is_file():
        return state
    device = next(state.student.parameters()).device
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        parts: dict[str, Weights] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = tensor
        state.student.load_state_dict(parts["student"])
        state.best_student = Best(parts["best_student"], float(metadata["best_student"]))
        if state.best_teacher is not None and state.teacher is not None:
            state.teacher.load_state_dict(parts["teacher"])
            state.best_teacher = Best(parts["best_teacher"], float(metadata["best_teacher"]))
        _set_moments(state, parts["optimizer"])
        state.history = [Epoch(**row) for row in json.loads(metadata["history"])]
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise EdgekitError(
            f"{path} is damaged ({error}). Delete it to begin this training anew."
        ) from None
    return state


def save_weights(path: Path, tensors: Weights, metadata: dict[str, str] | None = None) -> None:
    """Write tensors by name as safetensors, each copied to the CPU, with words beside them."""
    # Every tensor by itself: safetensors refuses two names for one memory.
    plain = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    with whole_file(path) as file:
        file.write(save(plain, metadata={"format": "pt", **(metadata or {})}))


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
    restored = state.optimizer.state_dict()
    parameters = list(state.student.parameters())
    for name, tensor in moments.items():
        index, _, key = name.partition("/")
        if tensor.dim():  # the fused optimizer walks memory: moments must lie as their parameter
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        restored["state"].setdefault(int(index), {})[key] = tensor
    state.optimizer.load_state_dict(restored)

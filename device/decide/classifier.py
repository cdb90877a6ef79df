"""Classifier: run windows in g through a Bundle's int8 model, by the runtime that is installed."""

import sys
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle, Quantisation
from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.front_end import counts_of, int8_input
from edgekit.quiet_stderr import quiet_stderr


@dataclass(frozen=True)
class Probabilities:
    """The model's softmax for k windows."""

    posture: NDArray[np.float32]  # (k, postures)
    placement: NDArray[np.float32]  # (k, placements)


class Runtime(Protocol):
    """Runs the int8 net: windows (k, window, 3) of counts to logits (k, classes) of both heads."""

    name: str

    def logits(self, counts: NDArray[np.int16]) -> tuple[NDArray[np.int8], NDArray[np.int8]]: ...


class Classifier:
    def __init__(self, bundle: Bundle) -> None:
        """Raises EdgekitError when there is no runtime, or the model is not what its spec says."""
        self._bundle = bundle
        self._runtime = _runtime(bundle)
        self.runtime = self._runtime.name

    def classify(self, xyz_g: NDArray[np.float32]) -> Probabilities:
        """Return the probabilities of windows (k, window, 3) in g, by the bundle's front end."""
        posture, placement = self._runtime.logits(counts_of(xyz_g))
        return Probabilities(
            _softmax(posture, self._bundle.posture), _softmax(placement, self._bundle.placement)
        )


class TFLite:
    """model.tflite on one thread of LiteRT or tflite-runtime."""

    def __init__(self, bundle: Bundle, interpreter_class: Any) -> None:
        """Raises EdgekitError when the model does not load, or is not what its spec says."""
        spec = bundle.spec
        self.name = str(interpreter_class.__module__.split(".")[0])
        self._interpreter = _interpreter(bundle, interpreter_class)
        shape = spec.input_shape
        inputs = self._interpreter.get_input_details()
        outputs = self._interpreter.get_output_details()
        if len(inputs) != 1 or len(outputs) != 2:
            raise _misfit(bundle, f"{len(inputs)} inputs and {len(outputs)} outputs", "one and two")
        posture, placement = _heads(outputs)
        _check(bundle, "input", inputs[0], shape)
        _check(bundle, "posture output", posture, (1, len(spec.postures)))
        _check(bundle, "placement output", placement, (1, len(spec.placements)))
        self._input = inputs[0]["index"]
        self._outputs = posture["index"], placement["index"]
        self._window_shape = shape
        self._front_end = spec.front_end
        self._head_sizes = len(spec.postures), len(spec.placements)

    def logits(self, counts: NDArray[np.int16]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        count = len(counts)
        windows = int8_input(counts, self._front_end).reshape(count, *self._window_shape)
        posture = np.empty((count, self._head_sizes[0]), np.int8)
        placement = np.empty((count, self._head_sizes[1]), np.int8)
        # set_tensor and get_tensor cost what the tensor() views do (measured: 2.8 us with invoke),
        # and leave no view into the interpreter behind, which invoke would refuse.
        set_tensor, invoke = self._interpreter.set_tensor, self._interpreter.invoke
        get_tensor = self._interpreter.get_tensor
        posture_index, placement_index = self._outputs
        for index in range(count):
            set_tensor(self._input, windows[index])
            invoke()
            posture[index] = get_tensor(posture_index)[0]
            placement[index] = get_tensor(placement_index)[0]
        return posture, placement


def _softmax(quantised: NDArray[np.int8], quantisation: Quantisation) -> NDArray[np.float32]:
    """Return the probabilities of int8 logits (k, classes)."""
    logit = quantisation.dequantise(quantised)
    exponential = np.exp(logit - logit.max(axis=1, keepdims=True))
    return np.asarray(exponential / exponential.sum(axis=1, keepdims=True), dtype=np.float32)


def _runtime(bundle: Bundle) -> Runtime:
    """Return LiteRT, else tflite-runtime, else the bundle's own C."""
    interpreter_class = _interpreter_class()
    if interpreter_class is not None:
        return TFLite(bundle, interpreter_class)
    from .generated_model import GeneratedModel

    try:
        return GeneratedModel(bundle)
    except EdgekitError as error:
        raise EdgekitError(
            "no TensorFlow Lite runtime is installed, and the bundle's C cannot stand in for it: "
            f"{error} Or install a runtime: {install_line('device')} (LiteRT, 64 bits) or "
            f"{install_line('tflite-runtime')} (Python up to 3.11, 32 bits too)"
        ) from None


def _interpreter_class() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        try:
            from tflite_runtime.interpreter import Interpreter
        except ImportError:
            return None
    return Interpreter


def _interpreter(bundle: Bundle, interpreter_class: Any) -> Any:
    try:
        with quiet_stderr():  # LiteRT announces its delegate there, into the live view
            interpreter = interpreter_class(
                model_path=str(bundle.model), num_threads=1, **_kernels(interpreter_class)
            )
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise EdgekitError(
            f"{bundle.model} does not load: {error}. Convert the run again."
        ) from None
    return interpreter


def _kernels(interpreter_class: Any) -> dict[str, Any]:
    """Select tflite-runtime's reference kernels, because its others round unlike LiteRT's.

    These answer as tflite-micro: a night decides as LiteRT or, to the byte, as the firmware.
    Measured on x86_64: 0.07 to 2.9 ms a window, of which there is one a second.
    """
    module = sys.modules[interpreter_class.__module__]
    if not module.__name__.startswith("tflite_runtime"):
        return {}
    return {"experimental_op_resolver_type": module.OpResolverType.BUILTIN_REF}


def _heads(outputs: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the posture and the placement output: by name, else in a bundle's order."""
    named = {output["name"]: output for output in outputs}
    if {"posture", "placement"} <= named.keys():
        return named["posture"], named["placement"]
    return outputs[0], outputs[1]


def _check(bundle: Bundle, what: str, tensor: dict[str, Any], shape: tuple[int, ...]) -> None:
    actual = tuple(int(size) for size in tensor["shape"])
    kind = np.dtype(tensor["dtype"]).name
    if actual != shape or kind != "int8":
        raise _misfit(bundle, f"{what} {list(actual)} {kind}", f"{list(shape)} int8")


def _misfit(bundle: Bundle, actual: str, needed: str) -> EdgekitError:
    return EdgekitError(
        f"{bundle.model} has {actual}; its bundle.json needs {needed} "
        f"({bundle.spec.domain}: {len(bundle.spec.postures)} postures, "
        f"{len(bundle.spec.placements)} placements). Convert the run again."
    )

"""Convert ONNX to int8 TFLite in a process of its own.

`python -m edgekit.convert.onnx2tf_job FOLDER`, which holds `net.onnx` and `representative.npy`
(N, 1, 1, 100, channels) float32, the net's input; writes `int8.tflite` beside them. TensorFlow's
half gigabyte, its noise and onnx2tf's loose files end with the process. Nothing here may reach the
network, and nothing needs to.
"""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

NET = "net.onnx"
WINDOWS = "representative.npy"
RESULT = "int8.tflite"

# onnx2tf downloads this picture sample for every 4-D input with three channels, calibration data
# or not, unless a file of this name lies in the working directory.
PICTURES = "calibration_image_sample_data_20x128x128x3_float32.npy"
PICTURES_SHAPE = (20, 128, 128, 3)


def main(folder: Path) -> None:
    refuse_network()
    os.chdir(folder)
    np.save(PICTURES, np.zeros(PICTURES_SHAPE, np.float32))
    Path(RESULT).write_bytes(_int8(_saved_model(NET), np.load(WINDOWS)))


def refuse_network() -> None:
    """Let this process connect to nothing from here on."""

    def refuse(*_: Any) -> NoReturn:
        raise OSError("converting needs no network, and may not use it")

    for owner, entrance in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket, "getaddrinfo"),
    ):
        setattr(owner, entrance, refuse)


def _saved_model(net: str) -> str:
    import onnx2tf  # type: ignore[import-untyped]

    folder = "saved_model"
    onnx2tf.convert(
        input_onnx_file_path=net,
        output_folder_path=folder,
        output_signaturedefs=True,
        non_verbose=True,
    )
    return folder


def _int8(saved_model: str, representative: NDArray[np.float32]) -> bytes:
    import tensorflow as tf  # type: ignore[import-untyped]

    def windows() -> Iterator[list[NDArray[np.float32]]]:
        for window in representative:
            yield [window]

    converter = tf.lite.TFLiteConverter.from_saved_model(saved_model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = windows
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

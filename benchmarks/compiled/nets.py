"""Other people's 1-D nets in their published shapes, with random weights, quantised by TensorFlow.

What a kernel does depends on shapes, hardly on weights. The figures say nothing of accuracy.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.files import cache_folder, whole_file

SEED = 0
WINDOWS = 64  # of noise, for calibration


@dataclass(frozen=True)
class Published:
    """A net that others published."""

    name: str
    origin: str
    shape: tuple[int, ...]  # of its input, without the batch
    layers: Callable[[Any, Any], Any]  # Keras's layers and the input, to the output


def _autoencoder(layers: Any, x: Any) -> Any:
    for width in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        x = layers.Dense(width)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Dense(640)(x)


def _ign(layers: Any, x: Any) -> Any:
    x = layers.Conv2D(24, (16, 1), activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D((3, 1))(x))
    return layers.Dense(4, activation="softmax")(layers.Dense(12)(x))


def _gmp(layers: Any, x: Any) -> Any:
    for _ in range(2):
        x = layers.Conv2D(16, (5, 1))(layers.BatchNormalization()(x))
    return layers.Dense(4, activation="softmax")(layers.GlobalMaxPooling2D()(x))


def _tc_resnet8(layers: Any, x: Any) -> Any:
    def normed(x: Any, count: int, taps: int, stride: int, activated: bool) -> Any:
        x = layers.Conv1D(count, taps, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        return layers.ReLU()(x) if activated else x

    x = layers.Conv1D(16, 3, padding="same", use_bias=False)(x)
    for count in (24, 32, 48):
        inner = normed(normed(x, count, 9, 2, True), count, 9, 1, False)
        x = layers.ReLU()(layers.Add()([inner, normed(x, count, 1, 2, True)]))
    return layers.Dense(12, activation="softmax")(layers.GlobalAveragePooling1D()(x))


def _heartbeats(layers: Any, x: Any) -> Any:
    for count, taps in ((5, 3), (10, 4), (20, 4)):
        x = layers.LeakyReLU()(layers.Conv1D(count, taps)(x))
        x = layers.MaxPooling1D(2)(x)
    x = layers.Flatten()(x)
    for count in (30, 20):
        x = layers.LeakyReLU()(layers.Dense(count)(x))
    return layers.Dense(5, activation="softmax")(x)


NETS = (
    Published(
        "anomaly-autoencoder",
        "MLPerf Tiny's anomaly detection: dense, 640-128x4-8-128x4-640, batch norm folded",
        (640,),
        _autoencoder,
    ),
    Published("ign", "ST's model zoo, human activity: IGN, 24 samples of 3 axes", (24, 3, 1), _ign),
    Published("gmp", "ST's model zoo, human activity: GMP, 24 samples of 3 axes", (24, 3, 1), _gmp),
    Published(
        "tc-resnet8",
        "keyword spotting by temporal convolutions (Choi and others, 2019): 98 frames of 40 MFCC",
        (98, 40),
        _tc_resnet8,
    ),
    Published(
        "heartbeats",
        "ECG heartbeats (Acharya and others, 2017): 260 samples, three convolutions, three dense",
        (260, 1),
        _heartbeats,
    ),
)


def models(work: Path) -> Iterator[tuple[Published, Path]]:
    """Yield each net and its TFLite file in the folder `work`."""
    for net in NETS:
        path = work / f"{net.name.replace('-', '_')}.tflite"
        path.write_bytes(_quantised(net))
        yield net, path


def _quantised(net: Published) -> bytes:
    """Quantise, or read the result from the cache: TensorFlow takes some seconds a net."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(f"{net.name} {version('tensorflow')}".encode())
    cached = cache_folder("compiled-nets") / f"{digest.hexdigest()[:32]}.tflite"
    if not cached.is_file():
        model = _converted(net)
        with whole_file(cached) as file:
            file.write(model)
    return cached.read_bytes()


def _converted(net: Published) -> bytes:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tensorflow: Any = import_module("tensorflow")
    tensorflow.keras.utils.set_random_seed(SEED)
    entry = tensorflow.keras.Input(net.shape, batch_size=1)
    keras = tensorflow.keras.Model(entry, net.layers(tensorflow.keras.layers, entry))
    random = np.random.default_rng(SEED)
    windows = random.normal(size=(WINDOWS, 1, *net.shape)).astype(np.float32)
    lite = tensorflow.lite
    converter = lite.TFLiteConverter.from_keras_model(keras)
    converter.optimizations = [lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([window] for window in windows)
    converter.target_spec.supported_ops = [lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tensorflow.int8
    return bytes(converter.convert())

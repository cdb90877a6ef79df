"""Facts of made-up bundles, as `edgekit bench` records them."""

from edgekit.benchmarks.facts import Facts, Training

DEMO_TRAINING = Training(18.0, 36.0, 4e-5, "modelled", "cpu", 16_704, 10)
DEMO_FACTS = Facts(
    name="bundle-synthetic", digest="d", net="mtl-net-small", domain="sleep", rate_hz=50,
    window=100, hop=60, parameters=157_023, macs=1, arena_bytes=14_416,
    file_bytes={"model.tflite": 177_024, "model.c": 644_759, "card.md": 3641}, data="synthetic",
    split="subject", seed=0, test_windows=4608, posture_float=0.95, posture_int8=0.949,
    placement_float=0.767, placement_int8=0.768, training=DEMO_TRAINING, posture_agreement=0.999,
    placement_agreement=0.994,
)  # fmt: skip
NET_FACTS = Facts(
    name="net", digest="d", net="mtl-net", domain="sleep", rate_hz=50, window=100, hop=60,
    parameters=1, macs=1, arena_bytes=1, file_bytes={}, data="synthetic", split="subject", seed=0,
    test_windows=100, posture_float=0.9, posture_int8=0.89, placement_float=0.8,
    placement_int8=0.8, training=None,
)  # fmt: skip

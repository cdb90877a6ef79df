"""One small road through the commands, which the fixture `road` has gone."""

ROAD = (
    ("train", "--net", "mtl-net-micro", "--epochs", "5"),
    ("simulate", "night.npz", "--hours", "0.5", "--seed", "3"),
    ("convert",),
    ("monitor", "--replay", "night.npz", "--speed", "full"),
    ("report",),
)

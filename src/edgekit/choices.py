"""What the options of train and compare choose from, known without torch, which takes seconds.

A test holds each list to what the training side offers.
"""

from edgekit.front_end import INPUTS
from edgekit.names import pick
from edgekit.nets import NETS

CHOICES: dict[str, tuple[str, ...]] = {
    "net": tuple(NETS),
    "method": ("singletask", "multitask", "sd-dropout", "born-again", "smooth-distill"),
    "split": ("subject", "random-window"),
    "input": tuple(INPUTS),
    "augmentation": ("worn", "light", "shifted", "none"),
    "device": ("auto", "cpu", "cuda"),
    "study": ("methods", "architectures", "sweeps", "baselines"),
    "preset": ("smoke", "published", "paper", "sound"),
}


def check_choices(**named: str | list[str] | None) -> None:
    """Raise UsageError for a name that its option does not know; None is an option's absence."""
    for kind, names in named.items():
        for name in [names] if isinstance(names, str) else names or []:
            pick(kind, name, CHOICES[kind])

"""Facts of a bundle and of its run that every section needs, from bundle.json and run.json."""

from dataclasses import dataclass
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.run import Outcome, Run, read_run
from edgekit.spec import SLEEP


@dataclass(frozen=True)
class Training:
    """What the run cost, from its run.json."""

    wall_s: float
    cpu_s: float
    energy_kwh: float
    energy_kind: str  # "modelled", or what was metered
    device: str
    windows: int  # trained on
    epochs: int


@dataclass(frozen=True)
class Facts:
    name: str
    digest: str
    net: str
    domain: str  # of its spec: "sleep", "wisdm", ...
    rate_hz: float
    window: int
    hop: int
    parameters: int
    macs: int
    arena_bytes: int
    file_bytes: dict[str, int]
    data: str  # "synthetic", "wisdm", ...
    split: str  # "subject" or "random-window"
    seed: int
    test_windows: int
    posture_float: float  # accuracies on the test windows, fractions of 1
    posture_int8: float
    placement_float: float
    placement_int8: float
    training: Training | None  # None where the run is not at hand
    posture_angle: float | None = None  # accuracy of atan2; None where classes are no angles
    posture_agreement: float | None = None  # of int8 with float; None in old records
    placement_agreement: float | None = None

    @property
    def hop_s(self) -> float:
        return self.hop / self.rate_hz

    @property
    def task(self) -> str:
        """What the net's first head classifies."""
        return "posture" if self.domain == SLEEP.domain else "activity"

    @property
    def split_text(self) -> str:
        """How the held-out windows were chosen."""
        return f"{self.data}, split {self.split}, seed {self.seed}"

    @property
    def tested_on(self) -> str:
        """The test set of the accuracies, for a table's note."""
        return f"{self.split_text}, {self.test_windows:,} windows"

    @property
    def key(self) -> str:
        return records_key(self.digest, run=self.training is not None)


def records_key(digest: str, *, run: bool) -> str:
    """Return what a bundle's records are kept under: with its run, more can be measured."""
    return digest if run else f"{digest}, without its run"


def facts_of(bundle: Bundle, run: Path | None) -> Facts:
    """Read the facts. Raises EdgekitError when bundle.json or run.json lacks a field."""
    fields = bundle.fields
    try:
        accuracy = fields["accuracy"]
        trained = None if run is None else read_run(run)
        outcome = trained.outcome if trained else None
        return Facts(
            name=bundle.name,
            digest=bundle.digest,
            net=str(fields["run"]["net"]),
            domain=bundle.spec.domain,
            rate_hz=bundle.spec.rate_hz,
            window=bundle.spec.window,
            hop=bundle.spec.hop,
            parameters=int(fields["run"]["parameters"]),
            macs=int(fields["macs"]),
            arena_bytes=int(fields["arena_bytes"]),
            file_bytes={name: int(entry["bytes"]) for name, entry in fields["files"].items()},
            data=str(accuracy["data"]),
            split=str(accuracy["split"]),
            seed=int(accuracy["seed"]),
            test_windows=int(accuracy["windows"]),
            posture_float=float(accuracy["float"]["posture"]),
            posture_int8=float(accuracy["int8"]["posture"]),
            placement_float=float(accuracy["float"]["placement"]),
            placement_int8=float(accuracy["int8"]["placement"]),
            training=_training(trained, outcome) if trained and outcome else None,
            posture_angle=_angle(outcome) if outcome else None,
            posture_agreement=float(fields["agreement"]["posture"]),
            placement_agreement=float(fields["agreement"]["placement"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EdgekitError(
            f"{bundle.folder} or its run does not say what a benchmark needs: {error!r}. "
            "Convert the run again with: edgekit convert"
        ) from None


def _angle(outcome: Outcome) -> float | None:
    atan2 = outcome.baseline.get("atan2")
    return float(atan2["posture"]["accuracy"]) if atan2 else None


def _training(run: Run, outcome: Outcome) -> Training:
    cost = outcome.cost
    return Training(
        wall_s=float(cost["wall_s"]),
        cpu_s=float(cost["cpu_s"]),
        energy_kwh=float(cost["energy_kwh"]),
        energy_kind=str(cost["energy_kind"]),
        device=str(cost["device"]),
        windows=outcome.windows["train"],
        epochs=int(run.config["recipe"]["epochs"]),
    )

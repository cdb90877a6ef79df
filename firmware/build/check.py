"""Whether a bundle can be built: it holds C, the sensor has its rate, the wearable its labels."""

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.spec import (
    ADXL345_RATES_HZ,
    RECORD_LOGITS_MOST,
    RECORD_TEXT_BYTES,
    adxl345_rates,
)


def check_bundle(bundle: Bundle) -> None:
    """Raises EdgekitError for a bundle without C, or with a rate that the sensor does not have."""
    missing = [name for name in ("model.c", "model.h") if name not in bundle.fields["files"]]
    if missing:
        run = bundle.fields.get("run", {}).get("name", "RUN")
        raise EdgekitError(
            f"{bundle.folder} holds no {missing[0]}: an older edgekit made it. Make it again with: "
            f"edgekit convert runs/{run} --out {bundle.folder}"
        )
    rate_hz = bundle.spec.rate_hz
    if not adxl345_rates(rate_hz):
        raise EdgekitError(
            f"{bundle.folder} is for {rate_hz:g} Hz, of which no rate of an ADXL345 "
            f"({', '.join(map(str, ADXL345_RATES_HZ))} Hz) is a multiple. "
            "Train at 20, 25, 50 or 100 Hz (your own data: rate_hz in dataset.toml)."
        )


def check_labels(bundle: Bundle) -> None:
    """Raises EdgekitError for labels that do not fit into the wearable's records."""
    spec = bundle.spec
    for text in (spec.domain, *spec.postures, *spec.placements):
        size = len(text.encode())
        if not 0 < size <= RECORD_TEXT_BYTES:
            raise EdgekitError(
                f"{bundle.folder} has the label {text!r} of {size} bytes, and a wearable says 1 to "
                f"{RECORD_TEXT_BYTES}. Rename it in the data, then train and convert again"
            )
    labels = len(spec.postures) + len(spec.placements)
    if labels > RECORD_LOGITS_MOST:
        raise EdgekitError(
            f"{bundle.folder} has {labels} labels, and a wearable says {RECORD_LOGITS_MOST} of "
            "both heads together. Train on fewer"
        )

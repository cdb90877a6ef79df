"""Print the firmware's copy of the spec, a C header: `python -m edgekit.spec_header`."""

from edgekit.spec import ADXL345_COUNTS_PER_G, AXES, DOMAINS, HOP, WINDOW, Spec
from edgekit.still_limits import (
    MOVING_FROM_G,
    OFF_AFTER_S,
    OFF_MEANS_BELOW_G,
    OFF_WITHIN_BELOW_G,
)
from edgekit.therapy_policy import NEW_NIGHT_S, VIBRATION_S, Policy


def header() -> str:
    """Return the C header: counts, rates and labels, in the order of the logits."""
    lines = [
        "/* Generated from src/edgekit/spec.py, still_limits.py and therapy_policy.py by",
        " * edgekit.spec_header; do not edit. */",
        "#ifndef EDGEKIT_SPEC_H",
        "#define EDGEKIT_SPEC_H",
        "",
        f"#define EDGEKIT_WINDOW {WINDOW} /* samples */",
        f"#define EDGEKIT_HOP {HOP} /* samples from one window's start to the next */",
        f"#define EDGEKIT_AXES {AXES}",
        f"#define EDGEKIT_COUNTS_PER_G {ADXL345_COUNTS_PER_G} /* of an ADXL345 */",
        "",
        *_limits(),
    ]
    for spec in DOMAINS:
        lines += ["", *_domain(spec)]
    return "\n".join([*lines, "", "#endif", ""])


def _limits() -> list[str]:
    """List what wear.c and therapy.c compare with; accelerations in 10 ug."""
    policy = Policy()
    return [
        f"#define EDGEKIT_OFF_AFTER_MS {round(1000 * OFF_AFTER_S)}",
        f"#define EDGEKIT_OFF_MEANS_BELOW_10UG {round(1e5 * OFF_MEANS_BELOW_G)}",
        f"#define EDGEKIT_OFF_WITHIN_BELOW_10UG {round(1e5 * OFF_WITHIN_BELOW_G)}",
        f"#define EDGEKIT_MOVING_FROM_10UG {round(1e5 * MOVING_FROM_G)}",
        f"#define EDGEKIT_NEW_NIGHT_MS {round(1000 * NEW_NIGHT_S)}",
        f"#define EDGEKIT_VIBRATION_MS {round(1000 * VIBRATION_S)}",
        f"#define EDGEKIT_ALARM_LEVELS {', '.join(map(str, policy.levels_percent))}",
        f"#define EDGEKIT_ALARM_AFTER_MS {round(1000 * policy.after_s)}",
        f"#define EDGEKIT_ALARM_DELAY_MS {round(1000 * policy.delay_s)}",
        f"#define EDGEKIT_ALARM_EVERY_MS {round(1000 * policy.every_s)}",
        f"#define EDGEKIT_ALARM_PAUSE_MS {round(1000 * policy.pause_s)}",
    ]


def _domain(spec: Spec) -> list[str]:
    name = f"EDGEKIT_{spec.domain.upper()}"
    return [
        f"#define {name}_RATE_HZ {spec.rate_hz:g}",
        f"#define {name}_GRAVITY_STEPS_PER_G {spec.front_end.gravity_steps_per_g}",
        f"#define {name}_MOTION_STEPS_PER_G {spec.front_end.motion_steps_per_g}",
        f"#define {name}_POSTURES {len(spec.postures)}",
        f"#define {name}_PLACEMENTS {len(spec.placements)}",
        f"#define {name}_POSTURE_NAMES {_names(spec.postures)}",
        f"#define {name}_PLACEMENT_NAMES {_names(spec.placements)}",
    ]


def _names(labels: tuple[str, ...]) -> str:
    return ", ".join(f'"{label}"' for label in labels)


if __name__ == "__main__":
    print(header(), end="")

"""Print the firmware's copy of the spec, a C header: `python -m edgekit.spec_header`."""

from edgekit.spec import ADXL345_COUNTS_PER_G, AXES, DOMAINS, HOP, WINDOW, Spec


def header() -> str:
    """Return the C header: counts, rates and labels, in the order of the logits."""
    lines = [
        "/* Generated from src/edgekit/spec.py by edgekit.spec_header; do not edit. */",
        "#ifndef EDGEKIT_SPEC_H",
        "#define EDGEKIT_SPEC_H",
        "",
        f"#define EDGEKIT_WINDOW {WINDOW} /* samples */",
        f"#define EDGEKIT_HOP {HOP} /* samples from one window's start to the next */",
        f"#define EDGEKIT_AXES {AXES}",
        f"#define EDGEKIT_COUNTS_PER_G {ADXL345_COUNTS_PER_G} /* of an ADXL345 */",
    ]
    for spec in DOMAINS:
        lines += ["", *_domain(spec)]
    return "\n".join([*lines, "", "#endif", ""])


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

"""What a reader should know before any table: findings that speak against the nets, too."""

from .energy.section import angle_days, net_days, on_sensor
from .energy.training_section import radio_sentence
from .figure import Figure, format_value
from .results import Results


def findings(results: Results) -> tuple[str, ...]:
    """Return the sentences whose figures were measured."""
    radio = radio_sentence(results.facts, results.instructions)
    return tuple(filter(None, (_angle_sentence(results), radio)))


def _angle_sentence(results: Results) -> str:
    """Word how far the angle alone gets, and for how long, beside the first net that has one."""
    counted = on_sensor(results.facts, results.instructions)
    first = next((fact for fact in counted if fact.posture_angle is not None), None)
    if first is None or first.posture_angle is None or results.angle is None:
        return ""
    with_net, without = net_days(first, results.instructions), angle_days(results.angle, first)
    record = next((record for facts, record in results.accuracy if facts == first), None)
    placement = ""
    if record is not None and len(record.placements) > 1:
        placement = (
            " What the angle cannot tell is where the sensor is worn: the network names the "
            f"placement in {100 * first.placement_int8:.1f} % of windows."
        )
    return (
        "For posture alone you may not need the network: the angle of gravity (atan2) is right in "
        f"{100 * first.posture_angle:.1f} % of the same windows, {first.name} in "
        f"{100 * first.posture_int8:.1f} % (measured; {first.tested_on}), and the battery lasts "
        f"{_days(without)} instead of {_days(with_net)} (modelled).{placement}"
    )


def _days(figure: Figure) -> str:
    return f"{format_value(figure.value, figure.unit)} {figure.unit}"

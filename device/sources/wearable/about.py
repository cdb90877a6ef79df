"""What is known of a wearable as a source, from its greeting."""

from ...plausibility.mounting import not_calibrated
from ..source import About
from .greeting import Greeting
from .settings import NO_MOUNTING_CURE


def about(greeting: Greeting, port: str, subject: str) -> About:
    """Describe the source of a night."""
    hello = greeting.hello
    is_mounted = greeting.mounting is not None
    return About(
        source=f"{hello.wearable} on {port}, firmware {hello.firmware_version}",
        subject=subject,
        clock="utc",
        live=True,
        counts_per_g=hello.counts_per_g,
        doubts=() if is_mounted else not_calibrated(greeting.model.spec, NO_MOUNTING_CURE),
    )

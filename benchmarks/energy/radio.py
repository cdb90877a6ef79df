"""What sending takes of the wearable: Bluetooth LE connection events, as charge of the supply.

Only what sending adds is counted. Sensor, bus and sleep are the same whoever decides; what the
receiver takes, and a computer that decides there, stands on nobody's bill here.
"""

from ..figure import Figure
from . import constants as of
from .interval import product, told, total


def event_uc(payload_bytes: float) -> Figure:
    """A connection event that carries one packet: core, listening, sending."""
    air_us = (of.PACKET_BYTES.value + payload_bytes) * of.US_A_BYTE.value
    core = product("uC", "", of.EVENT_CORE_MS, of.MCU_RUN_MA)
    listen = product("uC", "", of.LISTEN_US, of.RX_MA, 1e-3)
    send = product("uC", "", air_us, of.TX_MA, 1e-3)
    source = (
        f"(core {told(of.EVENT_CORE_MS)} x {told(of.MCU_RUN_MA)}, listening {told(of.LISTEN_US)} x "
        f"{told(of.RX_MA)}, sending {air_us:.0f} us of air, {told(of.PACKET_BYTES)} around "
        f"{payload_bytes:g} B, x {told(of.TX_MA)}) x {told(of.SENT_TIMES)}"
    )
    return product("uC", source, total("uC", "", core, listen, send), of.SENT_TIMES)


def raw_ua(rate_hz: float) -> Figure:
    """Every sample, sent when a packet is full."""
    every_s = of.PAYLOAD_BYTES.value / (of.SAMPLE_BYTES.value * rate_hz)
    return _mean(of.PAYLOAD_BYTES.value, every_s)


def decision_ua(hop_s: float) -> Figure:
    """One decision a hop."""
    return _mean(of.DECISION_BYTES.value, hop_s)


def _mean(payload_bytes: float, every_s: float) -> Figure:
    event = event_uc(payload_bytes)
    source = f"{told(event)} an event, every {every_s:.3g} s; an event: {event.source}"
    return product("uA", source, event, 1 / every_s)

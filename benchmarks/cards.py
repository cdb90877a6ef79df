"""The five cards that a page of benchmarks opens with, about the first bundle that was measured."""

import math
from dataclasses import dataclass

from .accuracy.edge import ATAN2, FLOAT, GENERATED, LITERT, EdgeAccuracy
from .energy.angle import CORE
from .energy.constants import CELLS, FLASH_IMAGE_BYTES
from .energy.section import angle_days, net_days, on_sensor
from .facts import Facts
from .figure import Figure, Kind, format_value, share_figure
from .firmware.budget import FirmwareBudget
from .firmware.peers import PEERS
from .firmware.section import OURS, fastest_peer
from .inference.record import LITERT as LITERT_RUNTIME
from .inference.record import Emulated
from .results import Results
from .section import BASELINE


@dataclass(frozen=True)
class Bar:
    name: str
    figure: Figure
    is_own: bool = False  # the one that the card is about


@dataclass(frozen=True)
class Card:
    name: str
    title: str
    section: str  # the section that holds the details
    figure: Figure | None  # None where it was not measured; the sentence says why
    sentence: str
    bars: tuple[Bar, ...] = ()


def cards(results: Results, budget: FirmwareBudget) -> tuple[Card, ...]:
    """Return the cards: time, battery, memory, accuracy, TFLM; none where no bundle has facts."""
    if not results.facts:
        return ()
    first = results.facts[0]
    return (
        _time(results, first),
        _battery(results, first),
        _memory(results, first),
        _accuracy(results, first),
        _tflm(results, first, budget),
    )


def _time(results: Results, first: Facts) -> Card:
    record = next((record for facts, record in results.inference if facts == first), None)
    peers = [each for each in record.timed if each.before_us is not None] if record else []
    if record is None or not peers:
        return Card("time", "Time a window", "runtimes", None, _not_measured("inference"))
    own = record.of(LITERT_RUNTIME) or peers[0]
    source = f"median of {len(own.p50_by_round_us)} rounds, one thread"
    figures = {timed.runtime: timed.p50_us.figure("us", Kind.MEASURED, source) for timed in peers}
    share = 1e-4 * own.p50_us.median / first.hop_s
    sentence = (
        f"{own.runtime} answers one window in {_text(figures[own.runtime])} on "
        f"{results.session.machine.processor}; the next window comes after {first.hop_s:g} s, so "
        f"the net works {format_value(share, '%')} % of the time."
    )
    bars = tuple(Bar(name, figure, name == own.runtime) for name, figure in figures.items())
    return Card("time", "Time a window", "runtimes", figures[own.runtime], sentence, bars)


def _battery(results: Results, first: Facts) -> Card:
    title, where = "Battery", "battery"
    counted = on_sensor(results.facts, results.instructions)
    if first not in counted:
        why = _not_measured("energy")
        if first.name in results.instructions:
            why = f"Not modelled: the ADXL345 has no rate that gives {first.rate_hz:g} Hz."
        return Card("battery", title, where, None, why)
    same = [fact for fact in counted if (fact.rate_hz, fact.hop) == (first.rate_hz, first.hop)]
    own = net_days(first, results.instructions)
    bars = [Bar(fact.name, net_days(fact, results.instructions), fact == first) for fact in same]
    sentence = f"{first.name} on a XIAO nRF52840, never off, with a {CELLS[0].name}."
    if results.angle is not None and first.posture_angle is not None:
        without = angle_days(results.angle, first)
        bars.append(Bar(BASELINE, without))
        sentence += f" By the angle alone (atan2), without a network: {_text(without)}."
    return Card("battery", title, where, own, sentence, tuple(bars))


def _memory(results: Results, first: Facts) -> Card:
    title, where = "Memory", "cores"
    flash = {
        facts.name: _kb(each.code_bytes + each.constant_bytes, "code and constants, linked")
        for facts, each in _on_cortex_m4(results)
    }
    own = next((each for facts, each in _on_cortex_m4(results) if facts == first), None)
    if own is None:
        size = _kb(first.file_bytes.get("model.tflite", 0), "bytes of model.tflite")
        sentence = "The model file. Code and RAM were not counted: add --part energy."
        return Card("memory", title, where, size, sentence)
    room = FLASH_IMAGE_BYTES
    bars = [Bar(name, figure, name == first.name) for name, figure in flash.items()]
    bars.append(Bar("room on a XIAO", _kb(room.value, room.source, room.kind)))
    sentence = (
        f"Flash that the net takes on a Cortex-M4, code and constants; and "
        f"{_text(_kb(own.ram_bytes, ''))} of RAM."
    )
    return Card("memory", title, where, flash[first.name], sentence, tuple(bars))


def _accuracy(results: Results, first: Facts) -> Card:
    record = next((record for facts, record in results.accuracy if facts == first), None)
    shares, windows = _shares(first, record)
    before, after = shares[FLOAT], shares[GENERATED if GENERATED in shares else LITERT]
    source = f"held-out windows, {first.split_text}; 95 % Wilson interval"
    kind = Kind.EARLIER if record is None else Kind.MEASURED
    figures = {name: share_figure(share, windows, source, kind) for name, share in shares.items()}
    own = GENERATED if GENERATED in shares else LITERT
    sentence = (
        f"Windows answered right ({first.task}) in int8; float has {100 * before:.1f} %, so int8 "
        f"changes {100 * (after - before):+.2f} points. Data: {first.split_text}, {windows:,} "
        "windows."
    )
    bars = tuple(
        Bar(BASELINE if name == ATAN2 else name, figure, name == own)
        for name, figure in figures.items()
    )
    return Card("accuracy", "Accuracy kept by int8", "accuracy", figures[own], sentence, bars)


def _shares(first: Facts, record: EdgeAccuracy | None) -> tuple[dict[str, float], int]:
    """Return accuracies (0..1) by form, and the number of windows; from bundle.json if need be."""
    if record is not None:
        return {form.name: form.posture.accuracy for form in record.forms}, record.windows
    shares = {FLOAT: first.posture_float, LITERT: first.posture_int8}
    if first.posture_angle is not None:
        shares[ATAN2] = first.posture_angle
    return shares, first.test_windows


def _tflm(results: Results, first: Facts, budget: FirmwareBudget) -> Card:
    """Compare with TFLM on the net that has its figures and is nearest to the bundle's."""
    title, where = "Compared with TFLM", "tflm"
    nets = {
        net: cores[CORE]["instructions"]
        for net, cores in budget.nets.items()
        if CORE in cores and fastest_peer(net, CORE) is not None
    }
    if not nets:
        return Card("tflm", title, where, None, "No net of the budget has figures of TFLM.")
    budgeted = budget.nets.get(first.net, {}).get(CORE, {}).get("instructions", 1)
    count = results.instructions.get(first.name, budgeted)
    net = first.net
    if net not in nets:
        net = min(nets, key=lambda name: abs(math.log(nets[name] / count)))
    peer = fastest_peer(net, CORE)
    assert peer is not None
    ours = nets[net]
    source = f"instructions of {peer.engine} over those of edgekit's generated C, {net}"
    ratio = Figure(peer.instructions / ours, "x", Kind.MODELLED, source)
    is_same = "" if net == first.net else f", the net with figures of TFLM nearest to {first.net}"
    sentence = (
        f"Instructions of {peer.engine} over those of edgekit's generated C, in millions a window "
        f"on a Cortex-M4 (for {net}{is_same})."
    )
    elsewhere = [each for each in PEERS if (each.net, each.core) == (net, CORE)]
    bars = [Bar(OURS, _instructions(ours, Kind.COUNTED), is_own=True)]
    bars += [
        Bar(each.engine, _instructions(each.instructions, Kind.ELSEWHERE)) for each in elsewhere
    ]
    return Card("tflm", title, where, ratio, sentence, tuple(bars))


def _on_cortex_m4(results: Results) -> list[tuple[Facts, Emulated]]:
    return [
        (facts, each)
        for facts, record in results.cores
        for each in record.emulated
        if each.core == CORE
    ]


def _instructions(count: float, kind: Kind) -> Figure:
    return Figure(count / 1e6, "M", kind, "million instructions of a window, in emulation")


def _kb(size_bytes: float, source: str, kind: Kind = Kind.COUNTED) -> Figure:
    return Figure(size_bytes / 1000, "kB", kind, source)


def _text(figure: Figure) -> str:
    return f"{format_value(figure.value, figure.unit)} {figure.unit}"


def _not_measured(part: str) -> str:
    return f"Not measured in this run: add --part {part}."

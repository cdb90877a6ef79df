"""What the page says of inference, from records alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists

from edgekit.benchmarks.figure import Figure, Kind, spread
from edgekit.benchmarks.inference.cores import CHIPS, time_ms
from edgekit.benchmarks.inference.cores_section import cores_section
from edgekit.benchmarks.inference.emulated import CORES
from edgekit.benchmarks.inference.record import (
    GENERATED,
    LITERT,
    MICRO,
    Emulated,
    Inference,
    Timed,
)
from edgekit.benchmarks.inference.section import section
from edgekit.benchmarks.records import read_record, write_record
from tests.helpers.bench_facts import NET_FACTS

FACTS = NET_FACTS


def timed(runtime: str, *p50_us: float, equal: int | None = 500) -> Timed:
    return Timed(
        runtime=runtime,
        version="1.0",
        numbers="int8",
        p50_by_round_us=p50_us,
        p99_by_round_us=tuple(2 * each for each in p50_us),
        inferences=5000,
        before_us=spread([4.0]),
        after_us=spread([8.0]),
        start_s=0.02,
        memory_mb=13.0,
        file_bytes=26912,
        equal=equal,
        agreeing=500,
    )


def emulated(core: str, instructions: int = 200_000) -> Emulated:
    return Emulated(core, "zig", instructions, 5000, 19_000, 3300, 264, 8, 8)


FOUND = Inference(
    bundle="net",
    windows=500,
    windows_are="of the held-out windows of a run",
    reference=MICRO,
    clock_ns=45.0,
    round_s=10.0,
    timed=(
        timed(LITERT, 3.0, 4.0, 3.0, 3.0, 3.0, equal=37),
        timed(MICRO, 90.0, 120.0, 90.0, 90.0, 90.0),
        timed(GENERATED, 18.0, 24.0, 18.0, 18.0, 21.0),
    ),
    emulated=(replace(emulated("cortex-m4"), stack_bytes=None), emulated("cortex-m33")),
    missing={"torch": "the run that the bundle was made from is not at hand"},
)
NOTHING = replace(FOUND, timed=(), emulated=(), reference="", missing={"LiteRT": "it is not here"})


def figures(of: Inference) -> list[Figure]:
    parts = section([(FACTS, of)]), cores_section([(FACTS, of)])
    tables = [table for part in parts for table in (*part.tables, *part.detail_tables)]
    rows = [row for table in tables for row in table.rows]
    return [cell for row in rows for cell in row.figures if cell is not None]


def test_every_figure_has_a_source_and_lies_within_its_bounds() -> None:
    for figure in figures(FOUND):
        assert figure.source
        assert figure.low is None or figure.low <= figure.value
        assert figure.high is None or figure.value <= figure.high


def test_a_ratio_is_of_the_same_round_so_that_what_slowed_both_is_not_in_it() -> None:
    litert, micro, _ = FOUND.timed
    assert micro.ratio_to(litert) == spread([30.0])
    assert micro.p50_us.high / litert.p50_us.low == 40


@given(lists(floats(0.1, 1e5), min_size=1, max_size=5))
def test_a_runtime_takes_its_own_time_once(p50_us: list[float]) -> None:
    own = timed(LITERT, *p50_us)
    assert own.ratio_to(own) == spread([1.0])


def test_what_was_not_measured_stands_in_the_note_with_its_reason() -> None:
    assert (
        "torch: the run that the bundle was made from" in section([(FACTS, FOUND)]).tables[0].note
    )


def test_a_core_that_no_emulator_runs_stands_with_the_cores() -> None:
    lacking = replace(FOUND, missing={"cortex-m55": "qemu-system-arm is not installed"})
    (times,), (cores, _) = (
        section([(FACTS, lacking)]).tables,
        cores_section([(FACTS, lacking)]).tables,
    )
    assert "qemu" in cores.note and "qemu" not in times.note
    nowhere = [(FACTS, replace(lacking, emulated=()))]
    (times,) = section(nowhere).tables
    assert "qemu" in times.note and cores_section(nowhere).is_empty


def test_without_the_peer_there_are_times_and_no_ratio_to_it() -> None:
    alone = replace(FOUND, timed=FOUND.timed[1:])
    found = section([(FACTS, alone)])
    tables = {table.title.partition(": ")[2]: table.rows[0] for table in found.detail_tables[:3]}
    assert found.tables[0].rows[0].words[0] == MICRO and found.tables[0].rows[0].figures[0]
    assert tables["times as long as LiteRT"].figures == (None,)
    assert tables["times as long as the generated C"].figures[0] is not None


def test_where_nothing_ran_the_section_says_why() -> None:
    said = section([(FACTS, NOTHING)])
    assert not said.sentences
    assert "LiteRT: it is not here" in said.tables[0].note
    assert said.charts == ()
    (times,) = section([(FACTS, replace(FOUND, emulated=()))]).charts
    assert times.name == "runtimes"


def test_without_bundles_there_is_nothing_to_draw() -> None:
    assert section([]).charts == cores_section([]).charts == ()
    assert section([]).is_empty and cores_section([]).is_empty


def test_a_peer_of_other_numbers_is_marked_and_what_c_times_itself_is_no_peer() -> None:
    floats_own = replace(timed("torch", 270.0), numbers="float32")
    inside = replace(timed("generated C, timed in C", 17.0), before_us=None, after_us=None)
    found = replace(FOUND, timed=(timed(LITERT, 3.0), floats_own, inside))
    said = " ".join(section([(FACTS, found)]).sentences)
    assert "this many times as long: torch (float32) 90.0. Preparing" in said


def test_sentences_say_the_measured_the_counted_and_the_modelled_as_such() -> None:
    said = " ".join(section([(FACTS, FOUND)]).sentences)
    assert "tflite-micro 30.0" in said and "generated C 6.00" in said and "(measured)" in said
    cores = cores_section([(FACTS, FOUND)])
    # 200,000 x 1.42 / 64 MHz
    assert "cortex-m4 (nRF52840 at 64 MHz): net 4.44 ms" in cores.sentences[0]
    assert "(modelled)" in cores.sentences[0]
    times, instructions = (table.rows[0].figures[0] for table in cores.tables)
    assert str(times) == "4.44 ms (3.12 to 6.25)" and str(instructions) == "200,000"


def test_bundles_stand_side_by_side_in_one_table() -> None:
    other = replace(FACTS, name="other")
    (times,) = section([(FACTS, FOUND), (other, replace(FOUND, timed=FOUND.timed[1:]))]).tables
    assert times.columns == ("net", "other")
    litert, micro = (row.figures for row in times.rows[:2])
    assert litert[0] is not None and litert[1] is None
    assert micro[0] is not None and micro[1] is not None


@pytest.mark.parametrize("core", CORES)
def test_every_core_has_a_chip_whose_cycles_lie_within_their_bounds(core: str) -> None:
    chip = CHIPS[core]
    assert chip.cycles.low is not None and chip.cycles.high is not None
    assert chip.cycles.low <= chip.cycles.value <= chip.cycles.high
    assert chip.clock_mhz.source and chip.cycles.source


@given(integers(1, 10**8))
def test_twice_the_instructions_take_twice_the_modelled_time(instructions: int) -> None:
    once, twice = (time_ms(emulated("cortex-m4", times * instructions)) for times in (1, 2))
    assert once.kind == Kind.MODELLED
    assert twice.value == pytest.approx(2 * once.value)


def test_ram_without_a_counted_stack_says_so() -> None:
    (sizes,) = cores_section([(FACTS, FOUND)]).detail_tables
    without, counted = (row.figures[2] for row in sizes.rows)
    assert without is not None and counted is not None
    assert "without the stack" in without.source and without.value == 3300
    assert "without the stack" not in counted.source and counted.value == 3564


def test_a_record_is_read_back_as_it_was_measured(tmp_path: Path) -> None:
    write_record(tmp_path / "raw.json", FOUND)
    assert read_record(tmp_path / "raw.json", Inference) == FOUND

"""Generated C answers as tflite-micro's interpreter does, byte for byte, whatever the graph."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edgekit.convert.codegen import bundle_c, generate
from edgekit.convert.codegen.memory import Buffer, offsets
from edgekit.convert.model import parse
from edgekit.errors import EdgekitError
from edgekit.spec import INPUT_SCALE, SLEEP, WINDOW
from tests.helpers.compiled import Kernels, compile_kernels, different
from tests.helpers.graph_builder import OPERATORS, SAME, GraphBuilder
from tests.helpers.graph_layers import part
from tests.helpers.graphs import graphs, single_layers
from tests.helpers.small_models import conv, dense, max_pool, published

BATCH = 20  # whole graphs, and as many single layers, compiled together


@pytest.fixture(scope="module", params=["host", "cortex-m0plus", "cortex-m4"])
def kernels(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kernels:
    return compile_kernels(request.param, tmp_path_factory.mktemp("kernels"))


# Nine batches on each of three cores: 540 graphs and 540 single layers. hypothesis draws the
# simplest batch first, which is why there is one more than would give 500. Nothing is shrunk, which
# would compile for hours: a batch that fails names its graphs.
@settings(
    max_examples=9,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    models=st.lists(graphs(), min_size=BATCH, max_size=BATCH),
    layers=st.lists(single_layers(), min_size=BATCH, max_size=BATCH),
)
def test_any_graph_is_answered_byte_for_byte(
    kernels: Kernels, models: list[bytes], layers: list[bytes]
) -> None:
    assert different(kernels, models + layers, strict_each=8) == []


def test_what_is_read_past_a_slice_does_not_change_meanwhile(kernels: Kernels) -> None:
    """9 columns are read as 12: once the last words of a slice lay where the output was written."""
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(5, 3, 0.05, 3)
    y = conv(build, x, (1, 5), (6, 3, 3), stride=2)
    z = max_pool(build, y, 2)
    assert different(kernels, [build.file([z, z])], windows=100) == []


def test_a_dense_layer_of_a_part_at_an_odd_element_reads_whole_words(kernels: Kernels) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(10, 1, 0.05, 3)
    odd = dense(build, part(build, x, 1, 10), 9, 2)
    later = dense(build, part(build, x, 3, 8), 5, 2)
    assert different(kernels, [build.file([odd, later])]) == []


def test_a_dense_layer_of_a_tensor_that_is_padded_elsewhere_reads_whole_words(
    kernels: Kernels,
) -> None:
    """A convolution's padding is in front of its input: 3 elements, which is no whole word."""
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(5, 3, 0.05, 3)
    y = conv(build, x, (1, 5), (4, 3, 3), padding=SAME)
    assert different(kernels, [build.file([y, dense(build, x, 15, 2)])]) == []


def test_the_published_net_is_answered_as_its_authors_export_it(kernels: Kernels) -> None:
    assert different(kernels, [published().file()]) == []


def test_an_unknown_operator_is_refused_with_its_name_place_and_tensor() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 0.1, 0)
    y = build.value((1, 1, 4, 1), 0.1, 0)
    build.operator(OPERATORS.COS, [x.index], y.index, 0, None)
    with pytest.raises(EdgekitError, match=r"operator 0 \(COS, to \[1, 1, 4, 1\], tensor 't1'\)"):
        generate(parse(build.file([y, y])), "net", ("a", "b"))


def test_a_2d_convolution_is_refused_by_name_and_place() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.value((1, 5, 4, 1), 0.1, 0)
    build.graph.inputs.append(x.index)
    y = build.value((1, 3, 2, 2), 0.1, 0)
    weights = build.constant(np.ones((2, 3, 3, 1), np.int8), [0.1])
    options = schema.Conv2DOptionsT()
    options.padding, options.strideH, options.strideW = schema.Padding.VALID, 1, 1
    options.dilationHFactor = options.dilationWFactor = 1
    kind = schema.BuiltinOptions.Conv2DOptions
    build.operator(OPERATORS.CONV_2D, [x.index, weights], y.index, kind, options)
    with pytest.raises(EdgekitError, match=r"operator 0 \(CONV_2D.*3 x 3 slides along both axes"):
        generate(parse(build.file([y, y])), "net", ("a", "b"))


def test_scales_too_far_apart_for_32_bits_are_refused() -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(4, 1, 1000.0, 0)
    y = build.value((1, 1, 4, 1), 1e-5, 0)
    kind, options = schema.BuiltinOptions.QuantizeOptions, schema.QuantizeOptionsT()
    build.operator(OPERATORS.QUANTIZE, [x.index], y.index, kind, options)
    with pytest.raises(EdgekitError, match=r"operator 0 \(QUANTIZE.*too far apart"):
        generate(parse(build.file([y, y])), "net", ("a", "b"))


@pytest.mark.parametrize(
    ("channels", "scale", "zero_point"), [(3, INPUT_SCALE, 0), (6, 0.02, 0), (6, INPUT_SCALE, 1)]
)
def test_a_model_of_another_input_than_its_front_end_makes_is_refused(
    channels: int, scale: float, zero_point: int
) -> None:
    build = GraphBuilder(np.random.default_rng(0))
    x = build.entry(WINDOW, channels, scale, zero_point)
    with pytest.raises(EdgekitError, match=rf"the model reads \[1, 1, 100, {channels}\] at"):
        bundle_c(parse(build.file([x, x])), SLEEP)


@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.integers(0, 8), st.integers(0, 8)),
        min_size=1,
        max_size=12,
    )
)
def test_buffers_that_live_together_never_overlap(lives: list[tuple[int, int, int]]) -> None:
    buffers = [Buffer(size, 0, born=min(a, b), dies=max(a, b)) for size, a, b in lives]
    at, total = offsets(buffers)
    for i, buffer in enumerate(buffers):
        assert at[i] + buffer.whole <= total
        for j, other in enumerate(buffers[:i]):
            together = buffer.born <= other.dies and other.born <= buffer.dies
            apart = at[i] + buffer.whole <= at[j] or at[j] + other.whole <= at[i]
            assert apart or not together

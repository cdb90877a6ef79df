"""The check of a bundle's C sees an access that a board's core faults at."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.convert.generated import compare_generated
from edgekit.convert.runtimes import tflm_logits
from edgekit.errors import EdgekitError
from edgekit.front_end import int8_input
from edgekit.spec import SLEEP
from tests.helpers.bundles import add_c, make_bundle

RUN = "void edgekit_model_run("
OFF_A_WORD = '    __asm__ volatile("ldrd r2, r3, [%0]" ::"r"(arena + 1) : "r2", "r3");\n'


def test_a_bundle_whose_c_reads_two_words_off_a_word_is_no_answer(tmp_path: Path) -> None:
    folder = add_c(make_bundle(tmp_path / "bundle"))
    counts = np.zeros((2, SLEEP.window, 3), np.int16)
    model = (folder / "model.tflite").read_bytes()
    answers = tflm_logits(model, int8_input(counts, SLEEP.front_end))
    assert compare_generated(folder, "cortex-m4", counts, answers).is_exact
    before, after = (folder / "model.c").read_text().split(RUN)
    body = after.replace("{\n", "{\n" + OFF_A_WORD, 1)
    (folder / "model.c").write_text(before + RUN + body)
    with pytest.raises(EdgekitError, match=r"a fault in .*edgekit_model_run.*an access off a word"):
        compare_generated(folder, "cortex-m4", counts, answers)

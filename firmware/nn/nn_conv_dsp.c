/* CONV_2D over positions on a core with the DSP extension: nn_rows does the work. */
#include "nn.h"

#if NN_DSP

#include <stddef.h>

#include "nn_rows.h"

_Static_assert(offsetof(nn_rows_t, x0) == 4 && offsetof(nn_rows_t, advance) == 32 &&
                   offsetof(nn_rows_t, y) == 36 && offsetof(nn_rows_t, pairs) == 44 &&
                   offsetof(nn_rows_t, mode) == 48 && offsetof(nn_rows_t, multiplier_a) == 52,
               "nn_rows_dsp.S knows these offsets");

/* Widen the weights once for all positions: 2 x 4 columns of a group as four pairs of 16 bits. */
static void widen(const uint32_t *weights, int32_t groups, uint32_t *wide)
{
    const uint32_t *const end = weights + 2 * groups;
    __asm__ volatile("1: ldmia %[w]!, {r3, r4}\n"
                     "sxtb16 r5, r3\n"
                     "sxtb16 r6, r3, ror #8\n"
                     "sxtb16 r8, r4\n"
                     "sxtb16 r9, r4, ror #8\n"
                     "cmp %[w], %[end]\n"
                     "stmia %[wide]!, {r5, r6, r8, r9}\n"
                     "bne 1b\n"
                     : [w] "+r"(weights), [wide] "+r"(wide)
                     : [end] "r"(end)
                     : "r3", "r4", "r5", "r6", "r8", "r9", "cc", "memory");
}

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    const int32_t groups = matrix->groups, rows = matrix->rows;
    const uint32_t halfword = (uint32_t)(((uintptr_t)x >> 1) | (uintptr_t)step) & 1u;
    const uint32_t turns = ((uint32_t)groups + 3) / 4 << 3 | ((0u - (uint32_t)groups) & 3u) << 1;
    /* Row b of an odd number of rows is written where the next position's row 0 lies: the last
     * pair goes first, and what it wrote too much is written over. */
    for (int32_t row = (rows - 1) & ~1; row >= 0; row -= 2) {
        widen(matrix->weights + row * groups, groups, (uint32_t *)(void *)scratch);
        const nn_channel_t *a = &matrix->channels[row], *b = a + 1;
        nn_rows_t pair = {
            .weights = (const uint32_t *)(const void *)scratch,
            .x0 = x,
            .x1 = x + step,
            .turns = turns | halfword,
            .a0 = a->bias,
            .b0 = b->bias,
            .a1 = a->bias,
            .b1 = b->bias,
            .advance = 4 * step - 8 * groups,
            .y = y + row,
            .y_step = 2 * rows,
            .pairs = (uint32_t)(positions * pool) / 2,
            .mode = (pool == 2 ? 2u : 0u) | (matrix->below_zero ? 1u : 0u),
            .multiplier_a = a->multiplier,
            .add_a = a->add,
            .shift_a = a->shift,
            .multiplier_b = b->multiplier,
            .add_b = b->add,
            .shift_b = b->shift,
        };
        if (pair.pairs > 0) {
            nn_rows(&pair);
        }
        if (pool == 1 && (positions & 1)) {
            nn_rows_last(&pair);
        }
    }
    if (matrix->least > -128 || matrix->most < 127) {
        nn_clamp(matrix->least, matrix->most, y, positions * rows, y);
    }
}

#endif

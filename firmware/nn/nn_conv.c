/* CONV_2D over positions: a 1 x K kernel sees one contiguous slice of its input, so a convolution
 * is a product with the same matrix at every position. Two rows by two positions at a time. */
#include "nn.h"
#include "nn_requantise.h"
#include "nn_rows.h"

#if NN_DSP

/* Widened once for all positions: 2 x 4 columns of a group as four pairs of 16 bits. */
static void widen(const uint32_t *weights, int32_t groups, uint32_t *wide)
{
    const uint32_t *const end = weights + 2 * groups;
    while (weights < end) {
        const uint32_t a = weights[0], b = weights[1];
        __asm__("sxtb16 %0, %1" : "=r"(wide[0]) : "r"(a));
        __asm__("sxtb16 %0, %1, ror #8" : "=r"(wide[1]) : "r"(a));
        __asm__("sxtb16 %0, %1" : "=r"(wide[2]) : "r"(b));
        __asm__("sxtb16 %0, %1, ror #8" : "=r"(wide[3]) : "r"(b));
        weights += 2;
        wide += 4;
    }
}

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    const int32_t groups = matrix->groups, rows = matrix->rows;
    const uint32_t halfword = (uint32_t)(((uintptr_t)x >> 1) | (uintptr_t)step) & 1u;
    const uint32_t turns = ((uint32_t)(groups + 1) / 2) << 2 | ((uint32_t)groups & 1u) << 1;
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
        if (pool == 1 && (positions & 1)) { /* the last one, twice */
            pair.x1 = pair.x0;
            pair.y_step = 0;
            pair.pairs = 1;
            nn_rows(&pair);
        }
    }
    if (matrix->least > -128 || matrix->most < 127) {
        nn_clamp(matrix->least, matrix->most, y, positions * rows, y);
    }
}

#else

/* One output of a row; `to` is the row's. */
static nn_act answer(const nn_matrix_t *matrix, const nn_channel_t *to, int32_t sum)
{
    const int32_t q = nn_requantise(sum, to->multiplier, to->add, to->shift, matrix->below_zero);
    return (nn_act)nn_clamped(q, matrix->least, matrix->most);
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    (void)scratch;
    const int32_t rows = matrix->rows, groups = matrix->groups;
    for (int32_t row = 0; row < rows; row += 2) {
        const nn_channel_t *to = &matrix->channels[row];
        const bool both = row + 1 < rows; /* else row b fills the pair up */
        const nn_act *slice = x;
        nn_act *out = y + row;
        for (int32_t position = 0; position < positions; position++, out += rows) {
            int32_t largest_a = INT32_MIN, largest_b = INT32_MIN;
            for (int32_t neighbour = 0; neighbour < pool; neighbour++, slice += step) {
                const int8_t *w = (const int8_t *)(matrix->weights + row * groups);
                const nn_act *from = slice;
                int32_t a = to[0].bias, b = to[1].bias;
                for (int32_t group = 0; group < groups; group++, w += 8, from += 4) {
                    a += w[0] * from[0] + w[1] * from[1] + w[2] * from[2] + w[3] * from[3];
                    b += w[4] * from[0] + w[5] * from[1] + w[6] * from[2] + w[7] * from[3];
                }
                largest_a = larger(a, largest_a);
                largest_b = larger(b, largest_b);
            }
            out[0] = answer(matrix, &to[0], largest_a);
            if (both) {
                out[1] = answer(matrix, &to[1], largest_b);
            }
        }
    }
}

#endif

/* CONV_2D over positions: a 1 x K kernel sees one contiguous slice of its input, so a convolution
 * is a product with the same matrix at every position. The DSP path has nn_conv_dsp.c, Helium
 * nn_conv_mve.c. */
#include "nn.h"

#if !NN_DSP && !NN_MVE

#include "nn_products.h"
#include "nn_requantise.h"

/* Return a row's output from its sum; `to` is the row's channel. */
static nn_act output(const nn_matrix_t *matrix, const nn_channel_t *to, int32_t sum)
{
    const int32_t q = nn_requantise(sum, to->multiplier, to->add, to->shift, matrix->below_zero);
    return (nn_act)nn_clamped(q, matrix->least, matrix->most);
}

static inline int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    (void)scratch;
    const int32_t rows = matrix->rows, groups = matrix->groups;
    for (int32_t position = 0; position < positions; position++, x += pool * step) {
        const int32_t offset = nn_offset(x, groups);
        const int32_t offset_second = pool == 2 ? nn_offset(x + step, groups) : 0;
        const uint32_t *weights = matrix->weights;
        const nn_channel_t *to = matrix->channels;
        for (int32_t row = 0; row < rows; row += 2, to += 2, weights += 2 * groups) {
            int32_t sum[2] = {to[0].bias - offset, to[1].bias - offset};
            nn_two_rows(weights, x, groups, sum);
            if (pool == 2) {
                int32_t second[2] = {to[0].bias - offset_second, to[1].bias - offset_second};
                nn_two_rows(weights, x + step, groups, second);
                sum[0] = larger(sum[0], second[0]);
                sum[1] = larger(sum[1], second[1]);
            }
            *y++ = output(matrix, &to[0], sum[0]);
            if (row + 1 < rows) { /* otherwise the second row is padding */
                *y++ = output(matrix, &to[1], sum[1]);
            }
        }
    }
}

#endif

/* CONV_2D over positions: a 1 x K kernel sees one contiguous slice of its input, so a convolution
 * is a product with the same matrix at every position. The DSP path has nn_conv_dsp.c, Helium
 * nn_conv_mve.c.
 *
 * Rows are in the outer loop: each pair of them is read from flash once for all positions, because
 * weights are more than a small cache holds, and slices are in RAM.
 */
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

/* Slices of one pass over the weights; nn_offset of each is kept on the stack meanwhile. */
enum { SLICES = 64 };

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    (void)scratch;
    const int32_t rows = matrix->rows, groups = matrix->groups;
    int32_t offsets[SLICES];
    while (positions > 0) {
        int32_t slices = 0;
        const nn_act *end = x;
        for (; slices < SLICES && slices < positions * pool; slices++, end += step) {
            offsets[slices] = nn_offset(end, groups);
        }
        const uint32_t *weights = matrix->weights;
        const nn_channel_t *to = matrix->channels;
        for (int32_t row = 0; row < rows; row += 2, to += 2, weights += 2 * groups) {
            const int32_t *offset = offsets;
            nn_act *out = y + row;
            for (const nn_act *slice = x; slice < end; slice += step, out += rows) {
                int32_t sum[2] = {to[0].bias - *offset, to[1].bias - *offset};
                offset++;
                nn_two_rows(weights, slice, groups, sum);
                if (pool == 2) {
                    slice += step;
                    int32_t second[2] = {to[0].bias - *offset, to[1].bias - *offset};
                    offset++;
                    nn_two_rows(weights, slice, groups, second);
                    sum[0] = larger(sum[0], second[0]);
                    sum[1] = larger(sum[1], second[1]);
                }
                out[0] = output(matrix, &to[0], sum[0]);
                if (row + 1 < rows) { /* otherwise the second row is padding */
                    out[1] = output(matrix, &to[1], sum[1]);
                }
            }
        }
        const int32_t done = pool == 2 ? slices / 2 : slices;
        positions -= done;
        y += done * rows;
        x = end;
    }
}

#endif

/* CONV_2D over positions: a 1 x K kernel sees one contiguous slice of its input, so a convolution
 * is a product with the same matrix at every position. Two rows by two positions at a time. */
#include "nn.h"
#include "nn_requantise.h"
#include "nn_tile.h"

/* One output of a row; `to` is the row's. */
static inline nn_act answer(const nn_matrix_t *matrix, const nn_channel_t *to, int32_t sum)
{
    const int32_t q = nn_requantise(sum, to->multiplier, to->add, to->shift, matrix->below_zero);
    return (nn_act)nn_clamped(q, matrix->least, matrix->most);
}

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    const int32_t rows = matrix->rows, groups = matrix->groups;
    const bool aligned = (((uintptr_t)x | (uintptr_t)step * sizeof(nn_act)) & 3) == 0;
    const int32_t last = positions * pool - 1; /* of the positions before the pool */
    for (int32_t row = 0; row < rows; row += 2) {
        const nn_channel_t *a = &matrix->channels[row], *b = a + 1;
        const bool both = row + 1 < rows; /* else row b fills the pair up */
        const __auto_type weights =
            nn_tile_weights(matrix->weights + row * groups, groups, scratch);
        const nn_act *from = x;
        nn_act *to = y + row;
        for (int32_t position = 0; position <= last; position += 2, from += 2 * step) {
            const bool pair = position < last; /* else position 1 repeats position 0 */
            nn_tile_t sum = {a->bias, b->bias, a->bias, b->bias};
            nn_tile(weights, from, pair ? from + step : from, groups, aligned, &sum);
            if (pool == 2) {
                sum.a0 = sum.a1 > sum.a0 ? sum.a1 : sum.a0;
                sum.b0 = sum.b1 > sum.b0 ? sum.b1 : sum.b0;
            }
            to[0] = answer(matrix, a, sum.a0);
            if (both) {
                to[1] = answer(matrix, b, sum.b0);
            }
            to += rows;
            if (pair && pool == 1) {
                to[0] = answer(matrix, a, sum.a1);
                if (both) {
                    to[1] = answer(matrix, b, sum.b1);
                }
                to += rows;
            }
        }
    }
}

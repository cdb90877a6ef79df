/* CONV_2D over positions: a 1 x K kernel sees one contiguous slice of its input, so a convolution
 * is a product with the same matrix at every position. Two rows by two positions at a time. */
#include "nn.h"
#include "nn_requantise.h"
#include "nn_tile.h"

void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch)
{
    const int32_t rows = matrix->rows;
    for (int32_t row = 0; row < rows; row += 2) {
        const nn_tile_weight *weights =
            nn_tile_weights(matrix->weights + row * matrix->groups * 4, matrix->groups, scratch);
        const nn_channel_t *to = &matrix->channels[row];
        const bool whole = row + 1 < rows;
        const nn_act *from = x;
        for (int32_t position = 0; position < positions;) {
            const bool pair = pool == 2 || position + 1 < positions;
            nn_tile_t sum = {to[0].bias, to[1].bias, to[0].bias, to[1].bias};
            nn_tile(weights, from, pair ? from + step : from, matrix->groups, &sum);
            if (pool == 2) {
                sum.a0 = sum.a1 > sum.a0 ? sum.a1 : sum.a0;
                sum.b0 = sum.b1 > sum.b0 ? sum.b1 : sum.b0;
            }
            nn_act *out = y + position * rows + row;
            for (int32_t which = 0; which < (pair && pool == 1 ? 2 : 1); which++) {
                const int32_t a = which ? sum.a1 : sum.a0, b = which ? sum.b1 : sum.b0;
                out[0] = (nn_act)nn_clamped(
                    nn_requantise(a, to[0].multiplier, to[0].add, to[0].shift, matrix->below_zero),
                    matrix->least, matrix->most);
                if (whole) {
                    out[1] = (nn_act)nn_clamped(nn_requantise(b, to[1].multiplier, to[1].add,
                                                              to[1].shift, matrix->below_zero),
                                                matrix->least, matrix->most);
                }
                out += rows;
            }
            position += pair && pool == 1 ? 2 : 1;
            from += 2 * step;
        }
    }
}

/* FULLY_CONNECTED: four rows at a time. Helium has nn_dense_mve.c. */
#include "nn.h"

#if !NN_MVE

#include "nn_products.h"
#include "nn_requantise.h"

void nn_dense(const nn_matrix_t *matrix, const nn_act *x, nn_act *y)
{
    const int32_t groups = matrix->groups, offset = nn_offset(x, groups);
    const uint32_t *weights = matrix->weights;
    for (int32_t row = 0; row < matrix->rows; row += 4, weights += 4 * groups) {
        const nn_channel_t *to = &matrix->channels[row];
        int32_t sum[4] = {to[0].bias - offset, to[1].bias - offset, to[2].bias - offset,
                          to[3].bias - offset};
        nn_four_rows(weights, x, groups, sum);
        for (int32_t r = 0; r < 4 && row + r < matrix->rows; r++) {
            const int32_t value =
                nn_requantise(sum[r], to[r].multiplier, to[r].add, to[r].shift, matrix->below_zero);
            y[row + r] = (nn_act)nn_clamped(value, matrix->least, matrix->most);
        }
    }
}

#endif

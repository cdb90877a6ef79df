/* FULLY_CONNECTED: four rows at a time. */
#include "nn.h"
#include "nn_requantise.h"

void nn_dense(const nn_matrix_t *matrix, const nn_act *x, nn_act *y)
{
    for (int32_t row = 0; row < matrix->rows; row += 4) {
        const int8_t *w = matrix->weights + row * matrix->groups * 4;
        const nn_channel_t *to = &matrix->channels[row];
        int32_t sum[4] = {to[0].bias, to[1].bias, to[2].bias, to[3].bias};
        for (int32_t group = 0; group < matrix->groups; group++, w += 16) {
            for (int32_t r = 0; r < 4; r++) {
                for (int32_t i = 0; i < 4; i++) {
                    sum[r] += w[r * 4 + i] * x[group * 4 + i];
                }
            }
        }
        for (int32_t r = 0; r < 4 && row + r < matrix->rows; r++) {
            const int32_t value =
                nn_requantise(sum[r], to[r].multiplier, to[r].add, to[r].shift, matrix->below_zero);
            y[row + r] = (nn_act)nn_clamped(value, matrix->least, matrix->most);
        }
    }
}

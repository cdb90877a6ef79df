/* Plain C, for any core. */
#include "nn.h"

static inline int32_t nn_offset(const nn_act *x, int32_t groups)
{
    (void)x;
    (void)groups;
    return 0;
}

static inline int32_t nn_four_columns(const int8_t *w, const nn_act *x)
{
    return w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3];
}

static inline void nn_two_rows(const uint32_t *weights, const nn_act *x, int32_t groups,
                               int32_t sum[2])
{
    const int8_t *w = (const int8_t *)weights;
    int32_t a = sum[0], b = sum[1];
    for (int32_t group = 0; group < groups; group++, w += 8, x += 4) {
        a += nn_four_columns(w, x);
        b += nn_four_columns(w + 4, x);
    }
    sum[0] = a;
    sum[1] = b;
}

static inline void nn_four_rows(const uint32_t *weights, const nn_act *x, int32_t groups,
                                int32_t sum[4])
{
    const int8_t *w = (const int8_t *)weights;
    for (int32_t group = 0; group < groups; group++, x += 4) {
        for (int32_t row = 0; row < 4; row++, w += 4) {
            sum[row] += nn_four_columns(w, x);
        }
    }
}

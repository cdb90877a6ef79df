/* Two rows of weights by two positions. */
#ifndef EDGEKIT_NN_TILE_H
#define EDGEKIT_NN_TILE_H

#include "nn.h"

typedef struct {
    int32_t a0, b0, a1, b1; /* rows a and b, positions 0 and 1 */
} nn_tile_t;

typedef int8_t nn_tile_weight;

static inline const nn_tile_weight *nn_tile_weights(const int8_t *weights, int32_t groups,
                                                    int16_t *scratch)
{
    (void)groups;
    (void)scratch;
    return weights;
}

static inline void nn_tile(const nn_tile_weight *w, const nn_act *x0, const nn_act *x1,
                           int32_t groups, nn_tile_t *sum)
{
    int32_t a0 = sum->a0, b0 = sum->b0, a1 = sum->a1, b1 = sum->b1;
    for (int32_t group = 0; group < groups; group++) {
        for (int32_t i = 0; i < 4; i++) {
            a0 += w[i] * x0[i];
            b0 += w[4 + i] * x0[i];
            a1 += w[i] * x1[i];
            b1 += w[4 + i] * x1[i];
        }
        w += 8;
        x0 += 4;
        x1 += 4;
    }
    *sum = (nn_tile_t){a0, b0, a1, b1};
}

#endif

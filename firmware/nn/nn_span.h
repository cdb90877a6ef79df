/* nn_span: the positions that a pool's window covers, without those outside 0..width. Pure. */
#ifndef EDGEKIT_NN_SPAN_H
#define EDGEKIT_NN_SPAN_H

#include "nn.h"

typedef struct {
    int32_t first, last; /* last not included */
} nn_span_t;

static inline nn_span_t nn_span(const nn_pool_t *pool, int32_t position)
{
    const int32_t origin = position * pool->stride - pool->pad;
    const int32_t end = origin + pool->window;
    return (nn_span_t){origin < 0 ? 0 : origin, end > pool->width ? pool->width : end};
}

#endif

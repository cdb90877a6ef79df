/* nn_tiles: four rows of a convolution over pairs of positions on Helium: nn_tiles_mve.S. */
#ifndef EDGEKIT_NN_TILES_H
#define EDGEKIT_NN_TILES_H

#include "nn.h"

#if NN_MVE

#include "nn_mve.h"

/* nn_tiles_mve.S knows the offsets. */
typedef struct {
    nn_lanes_t to; /* the four rows' channels */
    int32x4_t least, most;
    int32_t negative;        /* rounding depends on the sign of numbers below this */
    int32_t pooled;          /* whether the larger of a pair's sums is the output */
    const nn_act *x0, *x1;   /* the slices of a pair's positions */
    const uint32_t *ab, *cd; /* the weights of rows a and b, interleaved, and of c and d */
    int32_t groups_less_4;   /* of 4 columns */
    int32_t advance;         /* from the whole 16 columns' end of a slice to the next pair's */
    const nn_act *end;       /* x0 after the last pair */
    int32_t rows_here;       /* 1..4, of these four those that there are */
    nn_act *y;               /* the first position's outputs */
    int32_t to_second;       /* from them to the second's */
    int32_t to_next;         /* from the second's to the next pair's first */
} nn_tiles_t;

/* Compute the pairs up to `end`, at least one. */
void nn_tiles(nn_tiles_t *tiles);

#endif

#endif

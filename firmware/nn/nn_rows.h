/* nn_rows: two rows of a convolution over pairs of positions, the loop that takes nine tenths of
 * the time. On the DSP path only: nn_rows_dsp.S. */
#ifndef EDGEKIT_NN_ROWS_H
#define EDGEKIT_NN_ROWS_H

#include "nn.h"

#if NN_DSP

/* The first eight words are loaded into registers at once; nn_rows_dsp.S knows the offsets. */
typedef struct {
    const uint32_t *weights; /* widened: 16 bytes a group */
    const nn_act *x0, *x1;   /* the slices of positions 0 and 1 */
    uint32_t turns;          /* of four groups, << 3; << 1: how many fewer; bit 0: x off a word */
    int32_t a0, b0, a1, b1;  /* the biases of rows a and b */
    int32_t advance;         /* bytes from the end of a slice to the next pair's */
    nn_act *y;
    int32_t y_step; /* bytes */
    uint32_t pairs;
    uint32_t mode; /* bit 0: outputs under the zero point are kept; bit 1: pooled */
    int32_t multiplier_a, add_a, shift_a, multiplier_b, add_b, shift_b;
} nn_rows_t;

/* Compute `pairs` pairs of positions; x0 and y are left at the position after them. */
void nn_rows(nn_rows_t *rows);
/* Compute one more position. */
void nn_rows_last(nn_rows_t *rows);

#endif

#endif

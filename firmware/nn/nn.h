/* nn: int8 kernels for one window at a time: tensors of height 1, positions by channels, batch 1.
 *
 * Every kernel computes, byte for byte, what tflite-micro's reference kernels compute. What depends
 * on the weights alone was folded when the code was generated: the input's zero point is in the
 * bias, the output's in `add`, and a convolution's padding is already around its input.
 *
 * One interface, three paths: the Cortex-M DSP extension (SMLAD), Helium (MVE), and plain C, with
 * the innermost products of a Cortex-M0+ in its own assembly.
 */
#ifndef EDGEKIT_NN_H
#define EDGEKIT_NN_H

#include <stdbool.h>
#include <stdint.h>

#include "nn_path.h"

/* An activation in the arena. SMLAD multiplies pairs of 16 bits: there the activations are widened
 * once, when they are written, instead of each time that they are read. */
#if NN_DSP
typedef int16_t nn_act;
#else
typedef int8_t nn_act;
#endif

#define EDGEKIT_CHANNEL nn_act
#include "edgekit_front_end.h"

/* Four weights of one row, the first in the lowest byte. The DSP path takes columns 0, 2 and 1, 3
 * out of a word with one instruction each (SXTB16): there the middle two are swapped. On Thumb-1
 * cores they are stored as w + 128 (nn_products_thumb1.h). */
#if NN_DSP
#define NN_W4(w) (((w) & 0xff0000ffu) | (((w) & 0xff00u) << 8) | (((w) >> 8) & 0xff00u))
#elif NN_THUMB1
#define NN_W4(w) ((w) ^ 0x80808080u)
#else
#define NN_W4(w) (w)
#endif

/* From an accumulator to an int8 output. */
typedef struct {
    int32_t bias;       /* less the input's zero point times the row's sum */
    int32_t multiplier; /* of 2^-31 */
    int32_t add;        /* 2^(shift - 1), which rounds, and the output's zero point << shift */
    int32_t shift;
} nn_channel_t;

/* A matrix of weights, rows by columns. Columns are filled up to a multiple of 4 with zeros; rows
 * lie interleaved, 2 (convolution) or 4 (dense) of them, 4 columns each in turn. */
typedef struct {
    const uint32_t *weights;      /* NN_W4 words */
    const nn_channel_t *channels; /* one for each row, filled up as the rows are */
    int32_t rows;
    int32_t groups;     /* of 4 columns */
    int8_t least, most; /* the fused activation */
    bool below_zero;    /* outputs under the zero point are kept: rounding depends on the sign */
} nn_matrix_t;

/* x * multiplier * 2^(left - right - 31), rounded twice as TFLM does. */
typedef struct {
    int32_t multiplier;
    int8_t left, right;
} nn_multiplier_t;

/* Compute y[p] = matrix * x[p * step ..], the largest of each `pool` (1 or 2) neighbours; y has
 * `positions` after the pool. A slice is the 4 * groups elements of x from p * step on: all may be
 * read, those of padding columns too. On the DSP path scratch holds NN_SCRATCH(groups) elements,
 * and an odd number of rows writes one element past the end of y. */
void nn_conv(const nn_matrix_t *matrix, const nn_act *x, int32_t step, int32_t positions,
             int32_t pool, nn_act *y, int16_t *scratch);
#define NN_SCRATCH(groups) (8 * (groups))

/* Compute the same for one slice; the rows are interleaved in fours. */
void nn_dense(const nn_matrix_t *matrix, const nn_act *x, nn_act *y);

/* A depthwise convolution: weights[row / 2][tap][row % 2], 16 bits each, the last pair padded;
 * `each` rows (the depth multiplier) for each of `inputs` channels, so inputs * each == rows. */
typedef struct {
    const int16_t *weights;
    const nn_channel_t *channels;
    int32_t rows, inputs, each, taps;
    int8_t least, most;
    bool below_zero;
} nn_depthwise_t;
void nn_depthwise(const nn_depthwise_t *layer, const nn_act *x, int32_t step, int32_t positions,
                  nn_act *y);

/* Pool over positions into `positions` outputs; positions outside 0..width are left out. */
typedef struct {
    int32_t width, channels, window, stride, pad, positions;
    int8_t least, most;
} nn_pool_t;
void nn_max_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y);
void nn_average_pool(const nn_pool_t *pool, const nn_act *x, nn_act *y);

/* The mean over all positions: y = scale(sum - offset) + zero_point. */
typedef struct {
    int32_t width, channels, offset, zero_point;
    nn_multiplier_t scale;
} nn_mean_t;
void nn_mean(const nn_mean_t *mean, const nn_act *x, nn_act *y);

/* y = (scaled[a + 128] + (b << 19)) requantised. TFLM brings both to twice the larger scale, 20
 * bits finer: for the input of that scale, b, this is a shift; for a it is in a table. */
typedef struct {
    const int32_t *scaled; /* 256, b's zero point folded in */
    int32_t multiplier, add, shift;
    int8_t least, most;
    bool below_zero;
} nn_add_t;
void nn_add(const nn_add_t *add, const nn_act *a, const nn_act *b, int32_t count, nn_act *y);

/* From one scale to another: QUANTIZE and RELU. */
typedef struct {
    int32_t zero_x, zero_y;
    nn_multiplier_t scale;
    int8_t least, most;
} nn_rescale_t;
void nn_rescale(const nn_rescale_t *rescale, const nn_act *x, int32_t count, nn_act *y);

void nn_clamp(int8_t least, int8_t most, const nn_act *x, int32_t count, nn_act *y);
void nn_fill(nn_act *y, int32_t count, int8_t value);
/* Copy `rows` stretches of `count` elements to places y_step apart: a part of a concatenation. */
void nn_copy(const nn_act *x, int32_t rows, int32_t count, nn_act *y, int32_t y_step);

/* `lines` lines of `size` positions; a line is taken apart into `dilation` lines of every
 * dilation-th position. Each of these has `positions`, of which the first `pad` and those behind
 * the line's end are padding. Steps are in elements. */
typedef struct {
    int32_t lines, line_step, step, size, dilation, pad, positions, channels;
} nn_lines_t;
/* Copy the lines of x one after another, `fill` where there is padding. */
void nn_split(const nn_lines_t *lines, const nn_act *x, int8_t fill, nn_act *y);
/* Copy lines that lie one after another to their places in y; what is behind an end is left out. */
void nn_merge(const nn_lines_t *lines, const nn_act *x, nn_act *y);

/* Look each value up: a function of one int8 value. The table begins with the value of -128. */
void nn_table(const int8_t table[256], const nn_act *x, int32_t count, nn_act *y);
/* SOFTMAX over each of `rows` rows. exponentials[d] is e^-d of a difference of d steps to the row's
 * largest value, in 2^-31; 0 where TFLM leaves it out. */
void nn_softmax(const int32_t exponentials[256], const nn_act *x, int32_t rows, int32_t channels,
                nn_act *y);

/* Write the net's input: a window of samples through the front end, or int8 values unchanged. */
void nn_read(const edgekit_front_end_t *front_end, const edgekit_sample_t *window, nn_act *y);
void nn_load(const int8_t *window, int32_t count, nn_act *y);
void nn_store(const nn_act *x, int32_t count, int8_t *out);

#endif

/* nn_products: one slice of activations times two rows (convolution) or four rows (dense) of
 * weights.
 *
 * nn_two_rows and nn_four_rows add to `sum`, which begins as the biases less nn_offset(x). That is
 * 0 except on a path whose weights are stored unsigned. */
#ifndef EDGEKIT_NN_PRODUCTS_H
#define EDGEKIT_NN_PRODUCTS_H

#if NN_DSP
#include "nn_products_dsp.h"
#elif NN_THUMB1
#include "nn_products_thumb1.h"
#else
#include "nn_products_c.h"
#endif

#endif

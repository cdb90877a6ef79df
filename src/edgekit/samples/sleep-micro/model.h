/* Made by edgekit convert from model.tflite. Do not edit. */
#ifndef EDGEKIT_MODEL_H
#define EDGEKIT_MODEL_H

#include <stdint.h>

#include "edgekit_sample.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EDGEKIT_MODEL_WINDOW 100 /* samples */
#define EDGEKIT_MODEL_HOP 60 /* samples from one window's start to the next */
#define EDGEKIT_MODEL_RATE_MHZ 50000 /* millihertz */
#define EDGEKIT_MODEL_POSTURES 12
#define EDGEKIT_MODEL_PLACEMENTS 3
#define EDGEKIT_MODEL_CHANNELS 6 /* of the net's int8 input, edgekit_front_end.h */
#define EDGEKIT_MODEL_GRAVITY_SHIFT 2 /* gravity: an axis, 64 steps per g */
#define EDGEKIT_MODEL_MOTION_FACTOR 2 /* motion: an axis less its mean over the window, 512 steps per g */
#define EDGEKIT_MODEL_DOMAIN "sleep"
#define EDGEKIT_MODEL_POSTURE_NAMES "supine", "supine-right", "right-supine", "right", "right-prone", "prone-right", "prone", "prone-left", "left-prone", "left", "left-supine", "supine-left"
#define EDGEKIT_MODEL_PLACEMENT_NAMES "neck", "chest", "abdomen"
#define EDGEKIT_MODEL_SHA256 {0xcb, 0xd0, 0xff, 0xa0, 0x58, 0x97, 0x47, 0xa1, 0xae, 0x4b, 0xf9, 0x7f, 0xec, 0x5a, 0x1e, 0x1b, 0x7a, 0x32, 0xec, 0xd6, 0x45, 0x0d, 0x9f, 0x2d, 0x55, 0x77, 0xad, 0x6f, 0x20, 0x8f, 0xf4, 0x61} /* of model.tflite */
#define EDGEKIT_MODEL_POSTURE_SCALE_BITS 0x3d041c44u /* a float32 */
#define EDGEKIT_MODEL_POSTURE_ZERO_POINT (-128)
#define EDGEKIT_MODEL_PLACEMENT_SCALE_BITS 0x3c8b3a2fu
#define EDGEKIT_MODEL_PLACEMENT_ZERO_POINT (-65)

/* The static memory of model.c: activations of 8 bits, or of 16 and the widened weights of two
 * channels on a core with the DSP extension. */
#define EDGEKIT_MODEL_ARENA_BYTES 1540
#define EDGEKIT_MODEL_ARENA_DSP_BYTES 3336

/* One window, oldest sample first, to the int8 logits. Not reentrant. */
void edgekit_model_run(const edgekit_sample_t window[EDGEKIT_MODEL_WINDOW],
                       int8_t posture[EDGEKIT_MODEL_POSTURES],
                       int8_t placement[EDGEKIT_MODEL_PLACEMENTS]);

/* e^(-scale d) of a logit d steps under the largest, in 1/65536. */
extern const uint16_t edgekit_model_posture_exp[256];
extern const uint16_t edgekit_model_placement_exp[256];

#ifdef __cplusplus
}
#endif

#endif

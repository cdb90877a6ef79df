/* decision: the net's word on each window, smoothed over time. edgekit.device.decide.posture in integers.
 *
 * Forward filter of a Markov chain that stays where it is, or jumps to any class alike:
 *     b_t ~ likelihood_t * (stay * b_(t-1) + (1 - stay) / classes), stay = exp(-elapsed / dwell)
 * and the likelihood is the net's softmax, but never below `least`.
 */
#ifndef EDGEKIT_DECISION_H
#define EDGEKIT_DECISION_H

#include <stdint.h>

#define DECISION_CLASSES_MOST 32u
#define DECISION_FOR_EVER     UINT32_MAX /* elapsed before the first window: nothing is known */

/* What to expect of a head's classes; edgekit_bundle.h, which a build makes, has the numbers. */
typedef struct {
    const uint32_t *stay; /* [n] is exp(-2^n ms / dwell) in 1/2^32 */
    uint8_t stays;        /* of them; past the last, nothing stays */
    uint32_t least;       /* of 65536 */
} decision_smoothing_t;

extern const decision_smoothing_t decision_posture, decision_placement;

/* One head of the net: what it is, and what is believed. */
typedef struct {
    const decision_smoothing_t *smoothing;
    const uint16_t *exp; /* [d] is exp(-d steps of a logit) in 1/65536; [0] is 65535 */
    uint8_t classes;
    uint32_t belief[DECISION_CLASSES_MOST]; /* of 2^31 in all */
} decision_head_t;

typedef struct {
    uint8_t best;
    uint8_t confidence; /* of 255 */
} decision_t;

/* classes: 1 to DECISION_CLASSES_MOST. */
void decision_start(decision_head_t *head, const decision_smoothing_t *smoothing,
                    const uint16_t exp[256], uint8_t classes);

/* A window's logits in, what is believed after it out; elapsed_ms since the window before. A gap is
 * only a longer time: what was believed before it fades. */
decision_t decision_push(decision_head_t *head, const int8_t *logits, uint32_t elapsed_ms);

#endif

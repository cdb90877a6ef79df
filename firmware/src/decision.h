/* decision: smooth the net's answers over time, as edgekit.device.decide.posture does, in integers.
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

/* How long a head's classes last; edgekit_bundle.h, which every build generates, has the numbers.
 */
typedef struct {
    const uint32_t *stay; /* [n] is exp(-2^n ms / dwell) in 1/2^32 */
    uint8_t stays;        /* length of `stay`; past it the factor is 0 */
    uint32_t least;       /* lower bound of a likelihood, of 65536 */
} decision_smoothing_t;

extern const decision_smoothing_t decision_posture, decision_placement;

/* One head of the net and the filter's belief in each of its classes. */
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

/* Begin with equal beliefs; classes: 1 to DECISION_CLASSES_MOST. */
void decision_start(decision_head_t *head, const decision_smoothing_t *smoothing,
                    const uint16_t exp[256], uint8_t classes);

/* Update the beliefs with a window's logits (`classes` of them) and return the likeliest class.
 * elapsed_ms is counted from the window before; a gap is only a longer time, over which beliefs
 * fade. */
decision_t decision_push(decision_head_t *head, const int8_t *logits, uint32_t elapsed_ms);

#endif

#include "decision.h"

#include "edgekit_bundle.h"

#define BELIEF_ONE (1u << 31)

static const uint32_t posture_stay[] = {EDGEKIT_POSTURE_STAY};
static const uint32_t placement_stay[] = {EDGEKIT_PLACEMENT_STAY};
const decision_smoothing_t decision_posture = {
    posture_stay, sizeof posture_stay / sizeof posture_stay[0], EDGEKIT_POSTURE_LEAST};
const decision_smoothing_t decision_placement = {
    placement_stay, sizeof placement_stay / sizeof placement_stay[0], EDGEKIT_PLACEMENT_LEAST};

void decision_start(decision_head_t *head, const decision_smoothing_t *smoothing,
                    const uint16_t exp[256], uint8_t classes)
{
    *head = (decision_head_t){.smoothing = smoothing, .exp = exp, .classes = classes};
    for (uint32_t k = 0; k < classes; k++) {
        head->belief[k] = BELIEF_ONE / classes;
    }
}

/* Return a * b, each in 1/2^32, to the nearest. */
static uint32_t product(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a * b + (1u << 31)) >> 32);
}

/* Return exp(-elapsed / dwell) in 1/2^32, as the product of a factor for each bit of elapsed. */
static uint32_t stay_after(const decision_smoothing_t *smoothing, uint32_t elapsed_ms)
{
    uint32_t stay = UINT32_MAX;
    for (uint32_t bit = 0; bit < 32 && elapsed_ms >> bit != 0; bit++) {
        if ((elapsed_ms >> bit & 1u) != 0) {
            stay = bit < smoothing->stays ? product(stay, smoothing->stay[bit]) : 0;
        }
    }
    return stay;
}

static int8_t largest(const int8_t *logits, uint32_t classes)
{
    int8_t most = logits[0];
    for (uint32_t k = 1; k < classes; k++) {
        most = logits[k] > most ? logits[k] : most;
    }
    return most;
}

/* Compute the softmax, never below `least`, times the sum of all: the filter needs only their
 * ratios. Return the bits of the largest, 16 or, with many classes, more. */
static uint32_t likelihoods(const decision_head_t *head, const int8_t *logits, uint32_t *likelihood)
{
    const int8_t most = largest(logits, head->classes);
    uint32_t sum = 0, bits = 16;
    for (uint32_t k = 0; k < head->classes; k++) {
        likelihood[k] = head->exp[most - logits[k]];
        sum += likelihood[k];
    }
    const uint32_t least = (uint32_t)(((uint64_t)sum * head->smoothing->least + (1u << 15)) >> 16);
    for (uint32_t k = 0; k < head->classes; k++) {
        likelihood[k] = likelihood[k] > least ? likelihood[k] : least;
    }
    while (least >> bits != 0) {
        bits++;
    }
    return bits;
}

/* Set beliefs from weights that sum to `total`, with one division for all. */
static void normalise(decision_head_t *head, const uint32_t *weight, uint32_t total)
{
    const uint64_t reciprocal = ((uint64_t)1 << 62) / total;
    for (uint32_t k = 0; k < head->classes; k++) {
        head->belief[k] = (uint32_t)((weight[k] * reciprocal + (1u << 30)) >> 31);
    }
}

static decision_t best_of(const decision_head_t *head)
{
    uint32_t best = 0;
    for (uint32_t k = 1; k < head->classes; k++) {
        best = head->belief[k] > head->belief[best] ? k : best;
    }
    const uint64_t of_255 = ((uint64_t)head->belief[best] * 255 + (BELIEF_ONE >> 1)) >> 31;
    return (decision_t){.best = (uint8_t)best, .confidence = (uint8_t)of_255};
}

decision_t decision_push(decision_head_t *head, const int8_t *logits, uint32_t elapsed_ms)
{
    uint32_t weight[DECISION_CLASSES_MOST];
    const uint32_t bits = likelihoods(head, logits, weight);
    const uint32_t stay = stay_after(head->smoothing, elapsed_ms);
    const uint32_t jump = (BELIEF_ONE - product(BELIEF_ONE, stay)) / head->classes;
    uint32_t total = 1; /* never 0; the weights sum to 2^26 at least */
    for (uint32_t k = 0; k < head->classes; k++) {
        const uint64_t before = product(head->belief[k], stay) + jump; /* 2^31 in all */
        weight[k] = (uint32_t)((before * weight[k] + (1u << (bits - 1))) >> bits);
        total += weight[k];
    }
    normalise(head, weight, total);
    return best_of(head);
}

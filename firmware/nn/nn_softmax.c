/* Functions by table, and SOFTMAX: the steps and roundings are gemmlowp's, which TFLM calls. */
#include "nn.h"
#include "nn_int8.h"

#define ONE_OF_2_BITS    (1 << 29) /* with 2 integer bits */
#define SUM_BITS         12        /* integer bits of the sum of exponentials */
#define FORTY_EIGHT_17TH 1515870810
#define MINUS_32_17TH    (-1010580540)

void nn_table(const int8_t table[256], const nn_act *x, int32_t count, nn_act *y)
{
    for (int32_t i = 0; i < count; i++) {
        y[i] = table[x[i] + 128];
    }
}

/* Return a * b / 2^31 to the nearest. Never are both INT32_MIN. */
static int32_t product(int32_t a, int32_t b)
{
#if NN_THUMB1
    /* No long multiplication: four of 16 bits by 16. */
    /* An arithmetic shift, as all compilers of these cores make it. */
    /* cppcheck-suppress shiftNegativeLHS */
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = (uint32_t)a & 0xffffu, b_low = (uint32_t)b & 0xffffu;
    const int32_t middle_a = a_high * (int32_t)b_low, middle_b = b_high * (int32_t)a_low;
    const int32_t rest = (middle_a & 0x7fff) + (middle_b & 0x7fff) + (1 << 14);
    return 2 * a_high * b_high + (middle_a >> 15) + (middle_b >> 15) +
           (int32_t)(((uint32_t)rest + (a_low * b_low >> 16)) >> 15);
#else
    return (int32_t)(((int64_t)a * b + INT64_C(0x40000000)) >> 31);
#endif
}

/* Return x / 2^bits to the nearest; x >= 0. */
static int32_t divided(int32_t x, int32_t bits)
{
    return (int32_t)(((uint32_t)x + (1u << bits >> 1)) >> bits);
}

/* Return x << bits within 32 bits. */
static int32_t shifted(int32_t x, int32_t bits)
{
    const int32_t most = INT32_MAX >> bits;
    return x > most ? INT32_MAX : x < -most - 1 ? INT32_MIN : x * (1 << bits);
}

static int32_t leading_zeros(uint32_t x)
{
    int32_t zeros = 0;
    while (zeros < 32 && (x & 0x80000000u) == 0) {
        x <<= 1;
        zeros++;
    }
    return zeros;
}

/* Return 1 / (1 + x) of 0 <= x < 1 by Newton's method, three turns. */
static int32_t reciprocal_of_one_plus(int32_t x)
{
    const int32_t half = (x >> 1) + (1 << 30); /* (1 + x) / 2 */
    int32_t result = FORTY_EIGHT_17TH + product(half, MINUS_32_17TH);
    for (int32_t turn = 0; turn < 3; turn++) {
        const int32_t rest = ONE_OF_2_BITS - product(half, result);
        result += shifted(product(result, rest), 2);
    }
    return shifted(result, 1);
}

static void softmax_of_row(const int32_t exponentials[256], const nn_act *x, int32_t channels,
                           nn_act *y)
{
    int32_t largest = -128, sum = 0;
    for (int32_t i = 0; i < channels; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    for (int32_t i = 0; i < channels; i++) {
        sum += divided(exponentials[largest - x[i]], SUM_BITS);
    }
    const int32_t zeros = leading_zeros((uint32_t)sum);
    const int32_t fraction = (int32_t)(((uint32_t)sum << zeros) - 0x80000000u);
    const int32_t scale = reciprocal_of_one_plus(fraction);
    const int32_t bits = SUM_BITS - zeros + 31 - 8;
    for (int32_t i = 0; i < channels; i++) {
        const int32_t part = product(scale, exponentials[largest - x[i]]);
        y[i] = (nn_act)nn_clamped(divided(part, bits) - 128, -128, 127);
    }
}

void nn_softmax(const int32_t exponentials[256], const nn_act *x, int32_t rows, int32_t channels,
                nn_act *y)
{
    for (; rows > 0; rows--, x += channels, y += channels) {
        softmax_of_row(exponentials, x, channels, y);
    }
}

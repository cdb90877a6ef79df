#include "mounting.h"

/* Return the product of two columns, in 1/2^28; 32 bits hold it once no element exceeds a gain. */
static int32_t product(const mounting_t *mounting, uint32_t a, uint32_t b)
{
    int32_t sum = 0;
    for (uint32_t row = 0; row < 3; row++) {
        sum += mounting->matrix[row][a] * mounting->matrix[row][b];
    }
    return sum;
}

static bool is_within(int32_t value, int32_t most)
{
    return -most <= value && value <= most;
}

static bool has_small_elements(const mounting_t *mounting)
{
    for (uint32_t row = 0; row < 3; row++) {
        for (uint32_t column = 0; column < 3; column++) {
            if (!is_within(mounting->matrix[row][column], MOUNTING_GAIN_MOST)) {
                return false;
            }
        }
        if (!is_within(mounting->offset[row], MOUNTING_OFFSET_MOST)) {
            return false;
        }
    }
    return true;
}

static bool has_square_columns(const mounting_t *mounting)
{
    for (uint32_t column = 0; column < 3; column++) {
        const int32_t gain = product(mounting, column, column);
        if (gain < MOUNTING_GAIN_LEAST * MOUNTING_GAIN_LEAST ||
            gain > MOUNTING_GAIN_MOST * MOUNTING_GAIN_MOST ||
            !is_within(product(mounting, column, (column + 1) % 3), MOUNTING_SKEW_MOST)) {
            return false;
        }
    }
    return true;
}

/* Whether it turns and does not mirror: the first column crossed with the second points along the
 * third, which is at right angles to both. */
static bool is_right_handed(const mounting_t *mounting)
{
    int32_t along = 0;
    for (uint32_t row = 0; row < 3; row++) {
        const int16_t *next = mounting->matrix[(row + 1) % 3];
        const int16_t *last = mounting->matrix[(row + 2) % 3];
        const int32_t cross = next[0] * last[1] - last[0] * next[1];
        along += (cross >> MOUNTING_SHIFT) * mounting->matrix[row][2];
    }
    return along > 0;
}

bool mounting_is_valid(const mounting_t *mounting)
{
    return has_small_elements(mounting) && has_square_columns(mounting) &&
           is_right_handed(mounting);
}

static int16_t axis(const int16_t row[3], int32_t offset, edgekit_sample_t counts)
{
    const int32_t sum = row[0] * counts.x + row[1] * counts.y + row[2] * counts.z;
    const int32_t body = (sum + offset + MOUNTING_ONE / 2) >> MOUNTING_SHIFT;
    return (int16_t)(body < INT16_MIN ? INT16_MIN : body > INT16_MAX ? INT16_MAX : body);
}

edgekit_sample_t mounting_apply(const mounting_t *mounting, edgekit_sample_t counts)
{
    return (edgekit_sample_t){
        .x = axis(mounting->matrix[0], mounting->offset[0], counts),
        .y = axis(mounting->matrix[1], mounting->offset[1], counts),
        .z = axis(mounting->matrix[2], mounting->offset[2], counts),
    };
}

/* From the acceleration, or a recording, to samples at the chip's own rate. */
#include "sim_conversion.h"

#include <math.h>
#include <stddef.h>

#include "../src/adxl345/adxl345_registers.h"
#include "sim_fifo.h"

static const double COUNTS_PER_G =
    256.0; /* not the driver's: the model reads the data sheet itself */
static const double COUNTS_PER_OFFSET = 4.0; /* 15.6 mg */
static const double TURN_ON_US = 1100.0;     /* and one period; 21.1 ms at 50 Hz */
/* The data sheet says "somewhat more noise" in low power, and no figure: this one is assumed. */
static const double LOW_POWER_NOISE = 1.5;

static uint8_t rate_code(const sim_adxl345_t *chip)
{
    return chip->registers[ADXL345_BW_RATE] & ADXL345_RATE_MASK;
}

static bool is_asleep(const sim_adxl345_t *chip)
{
    return (chip->registers[ADXL345_POWER_CTL] & ADXL345_SLEEP) != 0;
}

/* Asleep, the two wake-up bits choose among 8, 4, 2 and 1 Hz. */
static double rate_hz(const sim_adxl345_t *chip)
{
    return is_asleep(chip) ? 8.0 / (double)(1u << (chip->registers[ADXL345_POWER_CTL] & 3u))
                           : 3200.0 / (double)(1u << (15u - rate_code(chip)));
}

static double period_us(const sim_adxl345_t *chip)
{
    return 1e6 / (rate_hz(chip) * (1.0 + chip->clock_ppm * 1e-6));
}

void sim_conversion_restart(sim_adxl345_t *chip, bool from_standby)
{
    chip->converting = (chip->registers[ADXL345_POWER_CTL] & ADXL345_MEASURE) != 0;
    chip->next_us = (double)chip->now_us + (from_standby ? TURN_ON_US : 0.0) + period_us(chip);
    chip->self_test_part = from_standby ? 0.0 : chip->self_test_part;
}

/* splitmix64 */
static uint64_t random_bits(sim_adxl345_t *chip)
{
    uint64_t z = chip->random += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Twelve uniforms: normal to within a per cent up to 3 sigma, and the same bits everywhere. */
static double random_normal(sim_adxl345_t *chip)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) {
        sum += (double)(random_bits(chip) >> 11) * 0x1p-53;
    }
    return sum;
}

/* White noise: it grows with the square root of the bandwidth, half the rate. */
static double noise_counts(sim_adxl345_t *chip, uint32_t axis)
{
    const bool low_power = (chip->registers[ADXL345_BW_RATE] & ADXL345_LOW_POWER) != 0;
    return chip->noise_counts[axis] * sqrt(rate_hz(chip) / 100.0) *
           (low_power ? LOW_POWER_NOISE : 1.0) * random_normal(chip);
}

static int16_t to_word(const sim_adxl345_t *chip, double counts)
{
    const uint8_t format = chip->registers[ADXL345_DATA_FORMAT];
    const uint32_t range = format & ADXL345_RANGE_16G;
    const bool full = (format & ADXL345_FULL_RES) != 0;
    /* The range in counts of 1/256 g doubles; with 10 bits the count's size does instead. */
    const double scale = full ? 1.0 : (double)(1u << range);
    const double most = full ? 512.0 * (double)(1u << range) : 512.0;
    const double rounded = floor(counts / scale + 0.5);
    int32_t word = (int32_t)fmax(-most, fmin(most - 1.0, rounded));
    if (rate_code(chip) >= 0x0E && (full || range == 0)) {
        word -= word & 1; /* at 1600 and 3200 Hz the lowest bit is 0 (data formatting) */
    }
    const uint32_t bits = full ? 10u + range : 10u;
    return (int16_t)((format & ADXL345_JUSTIFY) != 0 ? word * (1 << (16u - bits)) : word);
}

/* The mass has settled after four periods; in low power the self-test does not work. */
static void move_mass(sim_adxl345_t *chip)
{
    const bool on = (chip->registers[ADXL345_DATA_FORMAT] & ADXL345_SELF_TEST) != 0 &&
                    (chip->registers[ADXL345_BW_RATE] & ADXL345_LOW_POWER) == 0;
    chip->self_test_part += 0.8 * ((on ? 1.0 : 0.0) - chip->self_test_part);
}

static sim_adxl345_sample_t converted(sim_adxl345_t *chip, const double g[3])
{
    sim_adxl345_sample_t sample;
    for (uint32_t axis = 0; axis < 3; axis++) {
        const double shift = chip->self_test_part * chip->self_test_g[axis];
        const double read_g = chip->gain[axis] * g[axis] + chip->zero_g[axis] + shift;
        const int8_t offset = (int8_t)chip->registers[ADXL345_OFSX + axis];
        sample.axis[axis] = to_word(chip, read_g * COUNTS_PER_G + COUNTS_PER_OFFSET * offset +
                                              noise_counts(chip, axis));
    }
    return sample;
}

static sim_adxl345_sample_t as_given(const sim_adxl345_t *chip, const int16_t counts[3])
{
    sim_adxl345_sample_t sample;
    for (uint32_t axis = 0; axis < 3; axis++) {
        const double shift = chip->self_test_part * chip->self_test_g[axis] * COUNTS_PER_G;
        sample.axis[axis] = (int16_t)(counts[axis] + (int32_t)shift);
    }
    return sample;
}

static bool from_buffer(const sim_adxl345_t *chip)
{
    return chip->buffer_g != NULL || chip->buffer_counts != NULL;
}

static sim_adxl345_sample_t measure(sim_adxl345_t *chip)
{
    double g[3] = {0.0, 0.0, 1.0};
    if (chip->buffer_counts != NULL) {
        return as_given(chip, chip->buffer_counts + 3 * chip->consumed);
    }
    if (chip->buffer_g != NULL) {
        return converted(chip, chip->buffer_g + 3 * chip->consumed);
    }
    if (chip->source != NULL) {
        chip->source(chip->context, (uint64_t)chip->next_us, g);
    }
    return converted(chip, g);
}

static void convert(sim_adxl345_t *chip)
{
    chip->conversions++;
    if (chip->frozen > 0) {
        chip->frozen--;
        if (!is_asleep(chip)) {
            (void)sim_fifo_push(chip, chip->last);
        }
        return;
    }
    if (from_buffer(chip) && chip->consumed == chip->buffer_samples) {
        return;
    }
    move_mass(chip);
    chip->last = measure(chip);
    if (is_asleep(chip)) {
        return; /* nothing goes to the FIFO, and no DATA_READY */
    }
    (void)sim_fifo_push(chip, chip->last);
    if (from_buffer(chip) && sim_fifo_mode(chip) != ADXL345_FIFO_BYPASS) {
        chip->consumed++; /* a full FIFO in FIFO mode loses it: the world goes on */
    }
}

void sim_adxl345_advance(sim_adxl345_t *chip, uint64_t time_us)
{
    while (chip->converting && chip->next_us <= (double)time_us) {
        convert(chip);
        chip->next_us += period_us(chip);
    }
    chip->now_us = time_us > chip->now_us ? time_us : chip->now_us;
}

uint64_t sim_adxl345_next_us(const sim_adxl345_t *chip)
{
    return chip->converting ? (uint64_t)ceil(chip->next_us) : UINT64_MAX;
}

uint64_t sim_adxl345_conversions(const sim_adxl345_t *chip)
{
    return chip->conversions;
}

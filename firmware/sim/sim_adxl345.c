/* The chip's state, what it measures, and its faults. */
#include "sim_adxl345.h"

#include <stddef.h>
#include <string.h>

#include "../src/adxl345/adxl345_registers.h"
#include "sim_fifo.h"

uint32_t sim_adxl345_bytes(void)
{
    return (uint32_t)sizeof(sim_adxl345_t);
}

static void reset_registers(sim_adxl345_t *chip)
{
    memset(chip->registers, 0, sizeof chip->registers);
    chip->registers[ADXL345_DEVID] = ADXL345_DEVID_VALUE;
    chip->registers[ADXL345_BW_RATE] = ADXL345_RATE_100HZ;
    chip->pointer = 0;
    chip->converting = false;
    chip->self_test_part = 0.0;
    memset(&chip->data, 0, sizeof chip->data);
    sim_fifo_clear(chip);
}

void sim_adxl345_init(sim_adxl345_t *chip, uint64_t seed)
{
    memset(chip, 0, sizeof *chip);
    chip->address = ADXL345_ADDRESS;
    chip->random = seed;
    /* Noise: data sheet, typical. The self-test: within its limits at 2.5 V, typical not given. */
    sim_adxl345_set_axis(chip, 0, 0.0, 1.0, 0.75, 1.0);
    sim_adxl345_set_axis(chip, 1, 0.0, 1.0, 0.75, -1.0);
    sim_adxl345_set_axis(chip, 2, 0.0, 1.0, 1.1, 1.5);
    reset_registers(chip);
}

void sim_adxl345_set_address(sim_adxl345_t *chip, uint8_t address)
{
    chip->address = address;
}

void sim_adxl345_set_readings(sim_adxl345_t *chip, uint32_t readings)
{
    chip->readings = readings;
}

void sim_adxl345_set_clock(sim_adxl345_t *chip, double ppm)
{
    chip->clock_ppm = ppm;
}

void sim_adxl345_set_axis(sim_adxl345_t *chip, uint32_t axis, double zero_g, double gain,
                          double noise_counts, double self_test_g)
{
    chip->zero_g[axis] = zero_g;
    chip->gain[axis] = gain;
    chip->noise_counts[axis] = noise_counts;
    chip->self_test_g[axis] = self_test_g;
}

static void set_input(sim_adxl345_t *chip, const double *g, const int16_t *counts, uint64_t samples)
{
    chip->source = NULL;
    chip->buffer_g = g;
    chip->buffer_counts = counts;
    chip->buffer_samples = samples;
    chip->consumed = 0;
}

void sim_adxl345_set_source(sim_adxl345_t *chip, sim_adxl345_source_t source, void *context)
{
    set_input(chip, NULL, NULL, 0);
    chip->source = source;
    chip->context = context;
}

void sim_adxl345_set_g(sim_adxl345_t *chip, const double *xyz, uint64_t samples)
{
    set_input(chip, xyz, NULL, samples);
}

void sim_adxl345_set_counts(sim_adxl345_t *chip, const int16_t *xyz, uint64_t samples)
{
    set_input(chip, NULL, xyz, samples);
}

uint64_t sim_adxl345_consumed(const sim_adxl345_t *chip)
{
    return chip->consumed;
}

void sim_adxl345_fault_nack(sim_adxl345_t *chip, uint32_t transfers)
{
    chip->nacks = transfers;
}

void sim_adxl345_fault_hold_sda(sim_adxl345_t *chip, uint32_t clocks)
{
    chip->held_clocks = clocks;
}

void sim_adxl345_fault_brown_out(sim_adxl345_t *chip, uint32_t us)
{
    reset_registers(chip);
    chip->held_clocks = 0;
    chip->powered_us = chip->now_us + us;
}

void sim_adxl345_fault_freeze(sim_adxl345_t *chip, uint32_t conversions)
{
    chip->frozen = conversions;
}

void sim_adxl345_fault_ones(sim_adxl345_t *chip, uint32_t transfers, uint32_t from_byte)
{
    chip->ones = transfers;
    chip->ones_from = from_byte;
}

void sim_adxl345_fault_slow(sim_adxl345_t *chip, uint32_t transfers, bool done)
{
    chip->slow = transfers;
    chip->slow_done = done;
}

void sim_adxl345_fault_lines_high(sim_adxl345_t *chip, bool high)
{
    chip->lines_high = high;
}

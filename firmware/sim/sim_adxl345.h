/* sim_adxl345: the ADXL345 as a chip: registers, FIFO, interrupts, its own clock, faults.
 *
 * All state is in one struct; the caller provides the time and the acceleration. Plain C types
 * throughout, so that ctypes and a preloaded library can drive it. It may use float, because it
 * runs on a host only. The same seed and calls give the same samples on any machine (no libm in the
 * noise). What is modelled, and where the data sheet leaves something open: docs/sensor-model.md.
 */
#ifndef SIM_ADXL345_H
#define SIM_ADXL345_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"

#define SIM_ADXL345_REGISTERS   0x3A
#define SIM_ADXL345_MOST_LEVELS 33

/* Interpretations of the data sheet where it is ambiguous; a driver must work with all of them.
 * 0: OVERRUN is set when a sample is lost, cleared by one reading, and 32 samples fit. */
#define SIM_ADXL345_OVERRUN_WHEN_FULL   1u /* set as soon as the FIFO is full, nothing lost yet */
#define SIM_ADXL345_OVERRUN_UNTIL_EMPTY 2u /* cleared only when the last sample is read */
#define SIM_ADXL345_LEVEL_33            4u /* the output filter holds one more (AN-1025) */

/* The acceleration in g at time_us of the caller's clock. */
typedef void (*sim_adxl345_source_t)(void *context, uint64_t time_us, double g[3]);

typedef struct {
    int16_t axis[3];
} sim_adxl345_sample_t;

typedef struct sim_adxl345 {
    /* what the part is */
    uint8_t address;
    uint32_t readings;
    double clock_ppm;       /* its oscillator against the caller's clock; positive: fast */
    double noise_counts[3]; /* rms at 100 Hz, normal power */
    double zero_g[3];       /* g */
    double gain[3];
    double self_test_g[3];
    uint64_t random;

    /* what it measures: one of the three */
    sim_adxl345_source_t source;
    void *context;
    const double *buffer_g;            /* x y z each */
    const int16_t *buffer_counts;      /* x y z each */
    uint64_t buffer_samples, consumed; /* samples */

    /* registers, and what stands behind them */
    uint8_t registers[SIM_ADXL345_REGISTERS];
    uint8_t pointer;
    sim_adxl345_sample_t fifo[SIM_ADXL345_MOST_LEVELS];
    uint8_t first, count;
    sim_adxl345_sample_t last; /* converted; what a frozen chip repeats */
    sim_adxl345_sample_t data; /* what DATAX0.. show while the FIFO is empty */
    bool fresh;                /* bypass: data was not read yet */
    bool overrun, triggered;

    /* time */
    uint64_t now_us;
    double next_us; /* of the next conversion */
    bool converting;
    double self_test_part; /* 0 to 1: how far the mass has moved */
    uint64_t conversions;

    /* faults under way */
    uint64_t powered_us; /* no supply before this */
    uint32_t nacks, slow, held_clocks, frozen, ones;
    uint32_t ones_from; /* the first byte of a reading that nobody drives */
    bool slow_done;     /* whether the chip saw the transfer that took too long */
    bool lines_high;    /* both interrupt pins, whatever the chip says */
} sim_adxl345_t;

uint32_t sim_adxl345_bytes(void); /* of the struct, for a caller that has no C */

/* A typical part at rest, z up, powered at time 0: no clock error, no offset. */
void sim_adxl345_init(sim_adxl345_t *chip, uint64_t seed);
void sim_adxl345_set_address(sim_adxl345_t *chip, uint8_t address);
void sim_adxl345_set_readings(sim_adxl345_t *chip, uint32_t readings);
void sim_adxl345_set_clock(sim_adxl345_t *chip, double ppm);
void sim_adxl345_set_axis(sim_adxl345_t *chip, uint32_t axis, double zero_g, double gain,
                          double noise_counts, double self_test_g);

/* Set what it measures from now on. Buffers stay the caller's. Each conversion consumes the next
 * sample of a buffer, and after the last the chip converts no more; conversions in bypass mode show
 * the next sample without consuming it. Counts pass unchanged: no offset, gain, noise, range or
 * rounding; only the self-test moves them. */
void sim_adxl345_set_source(sim_adxl345_t *chip, sim_adxl345_source_t source, void *context);
void sim_adxl345_set_g(sim_adxl345_t *chip, const double *xyz, uint64_t samples);
void sim_adxl345_set_counts(sim_adxl345_t *chip, const int16_t *xyz, uint64_t samples);
uint64_t sim_adxl345_consumed(const sim_adxl345_t *chip); /* of the buffer */

/* Let the chip run until time_us. Time does not go back. */
void sim_adxl345_advance(sim_adxl345_t *chip, uint64_t time_us);
/* Return when the chip converts next, for a caller that skips idle time; UINT64_MAX: never. */
uint64_t sim_adxl345_next_us(const sim_adxl345_t *chip);
uint64_t sim_adxl345_conversions(const sim_adxl345_t *chip);

bool sim_adxl345_interrupt(const sim_adxl345_t *chip, uint32_t pin); /* 1, 2: true when high */
uint32_t sim_adxl345_entries(const sim_adxl345_t *chip);
void sim_adxl345_trigger(sim_adxl345_t *chip); /* an event on the trigger pin, trigger mode */
uint8_t sim_adxl345_peek(const sim_adxl345_t *chip, uint8_t reg); /* reads without effect */
void sim_adxl345_poke(sim_adxl345_t *chip, uint8_t reg,
                      uint8_t value); /* as a disturbance would: even read-only ones */

/* Make a bus transfer at the time of the last advance: write out, then read in. EDGEKIT_OK, _NACK,
 * _BUS_STUCK or _TIMEOUT. */
edgekit_error_t sim_i2c_transfer(sim_adxl345_t *chip, uint8_t address, const uint8_t *out,
                                 uint32_t out_bytes, uint8_t *in, uint32_t in_bytes);
/* Send this many clocks and a STOP; EDGEKIT_OK when SDA is high afterwards. */
edgekit_error_t sim_i2c_clock_out(sim_adxl345_t *chip, uint32_t clocks);
/* Return how long such a transfer takes at 400 kHz. */
uint32_t sim_i2c_us(uint32_t out_bytes, uint32_t in_bytes);

/* Faults, from now on. */
void sim_adxl345_fault_nack(sim_adxl345_t *chip, uint32_t transfers);
void sim_adxl345_fault_hold_sda(sim_adxl345_t *chip, uint32_t clocks);
/* Reset the registers, lose the FIFO, and answer nothing for `us`. */
void sim_adxl345_fault_brown_out(sim_adxl345_t *chip, uint32_t us);
/* Repeat the last sample in this many conversions, which consume none of a buffer. */
void sim_adxl345_fault_freeze(sim_adxl345_t *chip, uint32_t conversions);
/* Let this many readings be 0xFF from from_byte on. */
void sim_adxl345_fault_ones(sim_adxl345_t *chip, uint32_t transfers, uint32_t from_byte);
/* Let this many transfers end in EDGEKIT_TIMEOUT; done: the chip saw them whole, and popped. */
void sim_adxl345_fault_slow(sim_adxl345_t *chip, uint32_t transfers, bool done);
/* Hold the interrupt pins high, as if shorted to the supply; or no longer. */
void sim_adxl345_fault_lines_high(sim_adxl345_t *chip, bool high);

#endif

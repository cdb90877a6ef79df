/* sim_ina226: an INA226 (TI SBOS547, June 2011) at its registers: conversions of a load that
 * changes in steps, their average, the multiplier, the flags. Written from the data sheet; not
 * compared with a part. Alerts are registers without a pin.
 */
#ifndef SIM_INA226_H
#define SIM_INA226_H

#include <stdbool.h>
#include <stdint.h>

#include "edgekit_error.h"

#define SIM_INA226_MOST_LOADS 64

/* From at_us on, through the shunt. */
typedef struct {
    uint64_t at_us;
    double volts, amperes;
} sim_ina226_load_t;

typedef struct {
    uint8_t address; /* 0: there is none on the bus */
    double shunt_ohms;
    uint16_t manufacturer, die; /* another chip's, to be refused */
    sim_ina226_load_t load[SIM_INA226_MOST_LOADS];
    uint32_t loads;

    uint16_t configuration, calibration, mask, limit;
    int16_t shunt, current;
    uint16_t bus, power;
    bool ready, overflow;
    uint8_t pointer;

    uint64_t now_us;
    uint64_t start_us; /* the average under way; UINT64_MAX: none */
    uint32_t nacks;
} sim_ina226_t;

/* As after power-on at time 0; no load. */
void sim_ina226_init(sim_ina226_t *chip, uint8_t address, double shunt_ohms);
/* Add a load, in order of time; false when there is no room, or it is before the last one. */
bool sim_ina226_add_load(sim_ina226_t *chip, uint64_t at_us, double volts, double amperes);
/* Let the chip run until time_us. Time does not go back. */
void sim_ina226_advance(sim_ina226_t *chip, uint64_t time_us);
/* Write out, then read in, at the time of the last advance. EDGEKIT_OK or _NACK. */
edgekit_error_t sim_ina226_transfer(sim_ina226_t *chip, const uint8_t *out, uint32_t out_bytes,
                                    uint8_t *in, uint32_t in_bytes);

void sim_ina226_fault_nack(sim_ina226_t *chip, uint32_t transfers);
/* Reset as by a dip of the supply: registers as after power-on, and it converts again. */
void sim_ina226_fault_reset(sim_ina226_t *chip);

#endif

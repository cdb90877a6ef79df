/* adxl345_rig: the driver on the simulated chip and a simulated time, for tests.
 *
 * One rig a process: the HAL's functions carry no context. Faults come from a plan, at the n-th bus
 * transfer, so that they strike in the middle of what the driver does.
 */
#ifndef ADXL345_RIG_H
#define ADXL345_RIG_H

#include "sensor_state.h"
#include "sim_adxl345.h"

enum {
    RIG_NACK,      /* amount: transfers */
    RIG_HOLD_SDA,  /* clocks */
    RIG_BROWN_OUT, /* us */
    RIG_FREEZE,    /* conversions */
    RIG_ONES,      /* the first byte that nobody drives */
    RIG_SLOW,      /* transfers that the chip does not see */
    RIG_SLOW_DONE, /* transfers that it sees */
    RIG_PAUSE,     /* us that this transfer is late */
    RIG_FAULTS,    /* those of the law */
    RIG_POKE,      /* register * 256 + value */
};

void rig_init(uint64_t seed, uint32_t readings);
sim_adxl345_t *rig_chip(void);
void rig_plan(uint32_t transfer, uint32_t fault, uint32_t amount); /* at most 64 */
void rig_clear_faults(void);                                       /* planned and under way */
uint32_t rig_transfers(void);
uint64_t rig_now_us(void);
void rig_pass_us(uint64_t us);  /* nobody reads the chip */
bool rig_sleep_us(uint64_t us); /* hal_sleep_until */

edgekit_error_t rig_start(uint8_t address, uint8_t watermark, bool low_power, uint16_t rate_hz);
edgekit_error_t rig_drain(int16_t *xyz, uint32_t capacity, uint32_t *count);
edgekit_error_t rig_check(void);
edgekit_error_t rig_self_test(void);
void rig_counters(uint32_t counters[8]); /* in the order of sensor_counters_t */

/* The pure functions, for ctypes. */
void rig_decode(const uint8_t data[6], int16_t xyz[3]);
void rig_settings(uint8_t watermark, bool low_power, uint16_t rate_hz, uint8_t *reg_values);
bool rig_lost_before(uint8_t int_source, uint8_t fifo_status);
bool rig_self_test_passes(const int32_t off[3], const int32_t on[3], int32_t samples);

#endif

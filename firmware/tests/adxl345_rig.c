#include "adxl345_rig.h"

#include <stddef.h>
#include <string.h>

#include "adxl345_burst.h"
#include "adxl345_self_test_limits.h"
#include "adxl345_settings.h"
#include "edgekit_hal.h"

enum { MOST_PLANNED = 64, TIMEOUT_US = 3000 };

static struct {
    sim_adxl345_t chip;
    sensor_t sensor;
    uint64_t now_us;
    uint32_t transfers;
    struct {
        uint32_t transfer, fault, amount;
    } plan[MOST_PLANNED];
    uint32_t planned;
} rig;

void rig_init(uint64_t seed, uint32_t readings)
{
    memset(&rig, 0, sizeof rig);
    sim_adxl345_init(&rig.chip, seed);
    sim_adxl345_set_readings(&rig.chip, readings);
}

sim_adxl345_t *rig_chip(void)
{
    return &rig.chip;
}

void rig_plan(uint32_t transfer, uint32_t fault, uint32_t amount)
{
    if (rig.planned < MOST_PLANNED) {
        rig.plan[rig.planned].transfer = transfer;
        rig.plan[rig.planned].fault = fault;
        rig.plan[rig.planned++].amount = amount;
    }
}

void rig_clear_faults(void)
{
    rig.planned = 0;
    sim_adxl345_fault_nack(&rig.chip, 0);
    sim_adxl345_fault_hold_sda(&rig.chip, 0);
    sim_adxl345_fault_freeze(&rig.chip, 0);
    sim_adxl345_fault_ones(&rig.chip, 0, 0);
    sim_adxl345_fault_slow(&rig.chip, 0, false);
}

uint32_t rig_transfers(void)
{
    return rig.transfers;
}

uint64_t rig_now_us(void)
{
    return rig.now_us;
}

void rig_pass_us(uint64_t us)
{
    rig.now_us += us;
    sim_adxl345_advance(&rig.chip, rig.now_us);
}

bool rig_sleep_us(uint64_t us)
{
    return hal_sleep_until(rig.now_us + us);
}

static void strike(uint32_t fault, uint32_t amount)
{
    switch (fault) {
    case RIG_NACK:
        sim_adxl345_fault_nack(&rig.chip, amount);
        break;
    case RIG_HOLD_SDA:
        sim_adxl345_fault_hold_sda(&rig.chip, amount);
        break;
    case RIG_BROWN_OUT:
        sim_adxl345_fault_brown_out(&rig.chip, amount);
        break;
    case RIG_FREEZE:
        sim_adxl345_fault_freeze(&rig.chip, amount);
        break;
    case RIG_ONES:
        sim_adxl345_fault_ones(&rig.chip, 1, amount);
        break;
    case RIG_SLOW:
    case RIG_SLOW_DONE:
        sim_adxl345_fault_slow(&rig.chip, amount, fault == RIG_SLOW_DONE);
        break;
    case RIG_POKE:
        sim_adxl345_poke(&rig.chip, (uint8_t)(amount >> 8), (uint8_t)amount);
        break;
    default:
        rig_pass_us(amount);
        break;
    }
}

edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes)
{
    for (uint32_t i = 0; i < rig.planned; i++) {
        if (rig.plan[i].transfer == rig.transfers) {
            strike(rig.plan[i].fault, rig.plan[i].amount);
        }
    }
    rig.transfers++;
    const edgekit_error_t error =
        sim_i2c_transfer(&rig.chip, address, out, out_bytes, in, in_bytes);
    rig_pass_us(error == EDGEKIT_TIMEOUT ? TIMEOUT_US : sim_i2c_us(out_bytes, in_bytes));
    return error;
}

edgekit_error_t hal_bus_recover(void)
{
    rig_pass_us(100);
    return sim_i2c_clock_out(&rig.chip, 9);
}

uint64_t hal_time_us(void)
{
    rig_pass_us(1); /* looking at a clock takes time too */
    return rig.now_us;
}

bool hal_sleep_until(uint64_t until_us)
{
    while (!sim_adxl345_interrupt(&rig.chip, 1) && rig.now_us < until_us) {
        const uint64_t next_us = sim_adxl345_next_us(&rig.chip);
        const uint64_t to_us = next_us < until_us ? next_us : until_us;
        rig_pass_us(to_us > rig.now_us ? to_us - rig.now_us : 1);
    }
    return sim_adxl345_interrupt(&rig.chip, 1);
}

void hal_rest_until(uint64_t until_us)
{
    if (rig.now_us < until_us) {
        rig_pass_us(until_us - rig.now_us);
    }
}

edgekit_error_t rig_start(uint8_t address, uint8_t watermark, bool low_power, uint16_t rate_hz)
{
    const sensor_config_t config = {
        .address = address, .watermark = watermark, .low_power = low_power, .rate_hz = rate_hz};
    return sensor_start(&rig.sensor, &config);
}

edgekit_error_t rig_drain(int16_t *xyz, uint32_t capacity, uint32_t *count)
{
    return sensor_drain(&rig.sensor, (edgekit_sample_t *)(void *)xyz, capacity, count);
}

edgekit_error_t rig_check(void)
{
    return sensor_check(&rig.sensor);
}

edgekit_error_t rig_self_test(void)
{
    return sensor_self_test(&rig.sensor);
}

void rig_counters(uint32_t counters[8])
{
    memcpy(counters, &rig.sensor.counters, sizeof rig.sensor.counters);
}

void rig_decode(const uint8_t data[6], int16_t xyz[3])
{
    const edgekit_sample_t counts = adxl345_decode(data);
    memcpy(xyz, &counts, sizeof counts);
}

void rig_settings(uint8_t watermark, bool low_power, uint16_t rate_hz, uint8_t *reg_values)
{
    const sensor_config_t config = {
        .watermark = watermark, .low_power = low_power, .rate_hz = rate_hz};
    adxl345_setting_t settings[ADXL345_SETTINGS];
    adxl345_settings(&config, settings);
    memcpy(reg_values, settings, sizeof settings);
}

bool rig_lost_before(uint8_t int_source, uint8_t fifo_status)
{
    const adxl345_burst_t burst = {.int_source = int_source, .fifo_status = fifo_status};
    return adxl345_lost_before(&burst);
}

bool rig_self_test_passes(const int32_t off[3], const int32_t on[3], int32_t samples)
{
    return adxl345_self_test_passes(off, on, samples);
}

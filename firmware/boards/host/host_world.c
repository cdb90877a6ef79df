/* The world: virtual time, the sensor on its bus, the watchdog, and the application in it. */
#define _POSIX_C_SOURCE 200809L

#include <setjmp.h>
#include <string.h>
#include <time.h>

#include "../../src/adxl345/adxl345_registers.h"
#include "app.h"
#include "host_faults.h"
#include "host_inside.h"

#define WATCHDOG_US    8000000u
#define RETURN_COST_US 10u     /* of a sleep that ends at once: time always passes */
#define PACE_US        100000u /* of virtual time, at most, between two looks at the line */

const char hal_board_name[] = "host";

const uint16_t hal_features = HAL_FEATURE_BATTERY | HAL_FEATURE_LED | HAL_FEATURE_MOTOR;
sim_adxl345_t host_chip; /* ctypes finds it by its name */

static app_t app;
static jmp_buf reset_point;
static struct {
    uint64_t now_us, boot_us, fed_us;
    uint32_t starts, boot_loaders;
    hal_reset_cause_t cause;
    bool must_start, is_hung, is_off;
    uint16_t battery_mv;
    bool on_usb, is_lit;
    uint32_t light_changes;
    uint64_t light_us[HOST_LIGHT_LOG];
    bool only_counts; /* the run ends with the counts: no rest follows them */
    double speed;
    uint64_t paced_us; /* virtual, at paced_at */
    struct timespec paced_at;
    const int16_t *counts;
    uint64_t samples;
    double rest_g[3];
} world;

/* ---- time */

uint64_t host_world_us(void)
{
    return world.now_us;
}

uint64_t hal_time_us(void)
{
    return world.now_us - world.boot_us;
}

static uint64_t real_us_since(const struct timespec *then)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)((now.tv_sec - then->tv_sec) * 1000000 + (now.tv_nsec - then->tv_nsec) / 1000);
}

/* Wait until real time keeps up with virtual time; true when bytes came in before. */
static bool pace_to(uint64_t world_us)
{
    if (world.speed > 0) {
        const double ahead_us = (double)(world_us - world.paced_us) / world.speed -
                                (double)real_us_since(&world.paced_at);
        if (ahead_us > 0) {
            host_line_wait((uint64_t)ahead_us);
        }
    }
    return host_line_has_input();
}

void host_set_speed(double speed)
{
    world.speed = speed;
    world.paced_us = world.now_us;
    (void)clock_gettime(CLOCK_MONOTONIC, &world.paced_at);
    host_line_set_patience(speed <= 0);
}

/* Let the body lie still as at the last sample once the counts are over. */
static void rest_after_counts(void)
{
    if (world.counts != NULL && !world.only_counts &&
        sim_adxl345_consumed(&host_chip) == world.samples) {
        const int16_t *last = world.counts + 3 * (world.samples - 1);
        for (uint32_t axis = 0; axis < 3; axis++) {
            world.rest_g[axis] = last[axis] * (1.0 / SENSOR_COUNTS_PER_G);
        }
        world.counts = NULL;
        sim_adxl345_set_source(&host_chip, host_rest, world.rest_g);
    }
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Start the application again, out of whatever it was doing. */
static _Noreturn void reset_as(hal_reset_cause_t cause)
{
    world.cause = cause;
    hal_motor(0);
    world.must_start = true;
    world.is_hung = world.is_off = world.is_lit = false;
    world.boot_us = world.fed_us = world.now_us;
    longjmp(reset_point, 1);
}

/* Make a fault happen. Those that reset do not return. */
static void strike(const host_fault_t *fault)
{
    const uint32_t count = fault->count;
    switch (fault->kind) {
    case FAULT_nack:
        sim_adxl345_fault_nack(&host_chip, count);
        break;
    case FAULT_stuck:
        sim_adxl345_fault_hold_sda(&host_chip, count);
        break;
    case FAULT_brownout:
        sim_adxl345_fault_brown_out(&host_chip, count * 1000);
        break;
    case FAULT_freeze:
        sim_adxl345_fault_freeze(&host_chip, count);
        break;
    case FAULT_ones:
        sim_adxl345_fault_ones(&host_chip, count, 0);
        break;
    case FAULT_slow:
        sim_adxl345_fault_slow(&host_chip, count, true);
        break;
    case FAULT_line:
        sim_adxl345_fault_lines_high(&host_chip, count != 0);
        break;
    case FAULT_rate:
        sim_adxl345_poke(&host_chip, ADXL345_BW_RATE, (uint8_t)count);
        break;
    case FAULT_hang:
        world.is_hung = true;
        break;
    case FAULT_crash:
        reset_as(HAL_RESET_FAULT);
    case FAULT_reset:
        reset_as(HAL_RESET_PIN);
    case FAULT_power:
        reset_as(HAL_RESET_POWER);
    case FAULT_battery:
        world.battery_mv = (uint16_t)count;
        break;
    case FAULT_flash:
        host_set_flash_refusing(count != 0);
        break;
    case FAULT_usb:
        world.on_usb = count != 0;
        if (world.is_off && world.on_usb) {
            reset_as(HAL_RESET_POWER);
        }
        break;
    }
}

/* Let time pass: the chip converts, faults happen, the watchdog may end the run. */
static void pass_to(uint64_t world_us)
{
    while (world.now_us < world_us) {
        const uint64_t bites_us = world.is_off ? UINT64_MAX : world.fed_us + WATCHDOG_US;
        world.now_us = least(world_us, least(host_next_fault_us(), bites_us));
        sim_adxl345_advance(&host_chip, world.now_us);
        rest_after_counts();
        for (host_fault_t fault; host_next_fault(world.now_us, &fault);) {
            strike(&fault);
        }
        if (!world.is_off && world.now_us >= world.fed_us + WATCHDOG_US) {
            reset_as(HAL_RESET_WATCHDOG);
        }
    }
}

void host_pass(uint64_t us)
{
    pass_to(world.now_us + us);
}

static void pass_asleep(uint64_t until_us, bool for_sensor)
{
    const uint64_t until =
        until_us < UINT64_MAX - world.boot_us ? until_us + world.boot_us : UINT64_MAX;
    host_pass(RETURN_COST_US);
    while (world.is_hung ||
           (world.now_us < until && !(for_sensor && sim_adxl345_interrupt(&host_chip, 1)))) {
        uint64_t next =
            world.is_hung ? world.now_us + PACE_US : least(until, world.now_us + PACE_US);
        next = least(next, sim_adxl345_next_us(&host_chip));
        next = next > world.now_us ? next : world.now_us + RETURN_COST_US;
        if (pace_to(next) && !world.is_hung) {
            break;
        }
        pass_to(next);
    }
}

bool hal_sleep_until(uint64_t until_us)
{
    pass_asleep(until_us, true);
    return sim_adxl345_interrupt(&host_chip, 1);
}

void hal_rest_until(uint64_t until_us)
{
    pass_asleep(until_us, false);
}

/* ---- the sensor's bus */

edgekit_error_t hal_bus_transfer(uint8_t address, const uint8_t *out, uint32_t out_bytes,
                                 uint8_t *in, uint32_t in_bytes)
{
    enum { LIMIT_US = 20000 };
    host_pass(sim_i2c_us(out_bytes, in_bytes));
    const edgekit_error_t error =
        sim_i2c_transfer(&host_chip, address, out, out_bytes, in, in_bytes);
    if (error == EDGEKIT_TIMEOUT || error == EDGEKIT_BUS_STUCK) {
        host_pass(LIMIT_US);
    }
    return error;
}

edgekit_error_t hal_bus_recover(void)
{
    enum { CLOCKS = 9, US = 100 };
    host_pass(US);
    return sim_i2c_clock_out(&host_chip, CLOCKS);
}

/* ---- starting anew */

void hal_device_id(uint8_t id[8])
{
    memcpy(id, "edgehost", 8);
}

void hal_watchdog_feed(void)
{
    world.fed_us = world.now_us;
}

/* The machine's own stack is not the wearable's. */
uint32_t hal_stack_unused(void)
{
    return HAL_STACK_UNKNOWN;
}

hal_reset_cause_t hal_reset_cause(void)
{
    return world.cause;
}

/* A crash leaves values that a test can know again. */
bool hal_post_mortem(hal_post_mortem_t *fault)
{
    *fault = (hal_post_mortem_t){
        .pc = 0x27123456, .lr = 0x27000FED, .psr = 0x61000000, .fault_status = 0x8200};
    return world.cause == HAL_RESET_FAULT;
}

_Noreturn void hal_reset(void)
{
    reset_as(HAL_RESET_SOFTWARE);
}

/* ---- battery and light */

hal_clock_source_t hal_clock_source(void)
{
    return HAL_CLOCK_UNKNOWN;
}

uint16_t hal_battery_mv(void)
{
    return world.battery_mv;
}

bool hal_usb_power(void)
{
    return world.on_usb;
}

void hal_led(bool on)
{
    if (on != world.is_lit) {
        world.is_lit = on;
        world.light_us[world.light_changes++ % HOST_LIGHT_LOG] = world.now_us;
    }
}

/* Leave the application for run(), in which time then passes without it. */
_Noreturn void hal_power_off(void)
{
    world.is_off = true;
    longjmp(reset_point, 1);
}

/* There is none: counted, then started anew. */
_Noreturn void hal_boot_loader(void)
{
    world.boot_loaders++;
    host_line_forget_touch();
    reset_as(HAL_RESET_SOFTWARE);
}

/* ---- for the program and for tests */

void host_world_start(uint64_t seed)
{
    memset(&world, 0, sizeof world);
    world.must_start = true;
    world.battery_mv = HOST_BATTERY_MV;
    sim_adxl345_init(&host_chip, seed);
    host_set_speed(HOST_SPEED_MOST);
}

void host_set_motion(void)
{
    sim_adxl345_set_source(&host_chip, host_motion, NULL);
}

void host_set_counts(const int16_t *xyz, uint64_t samples)
{
    world.counts = samples > 0 ? xyz : NULL;
    world.samples = samples;
    sim_adxl345_set_counts(&host_chip, xyz, samples);
}

uint32_t host_starts(void)
{
    return world.starts;
}

bool host_is_off(void)
{
    return world.is_off;
}

uint32_t host_light_changes(void)
{
    return world.light_changes;
}

uint64_t host_light_us(uint32_t number)
{
    return world.light_us[number % HOST_LIGHT_LOG];
}

/* Let time pass without the application, which neither feeds a watchdog nor reads the line. */
static void stay_off(uint64_t until_us)
{
    const uint64_t next_us = least(until_us, world.now_us + PACE_US);
    (void)pace_to(next_us);
    pass_to(next_us);
}

uint32_t host_boot_loaders(void)
{
    return world.boot_loaders;
}

static bool is_running(uint64_t world_us)
{
    if (world.only_counts) {
        return sim_adxl345_consumed(&host_chip) < world.samples ||
               sim_adxl345_entries(&host_chip) > 0;
    }
    return world.now_us < world_us;
}

static void run(uint64_t world_us)
{
    static uint64_t end_us; /* what a longjmp must not lose */
    end_us = world_us;
    (void)setjmp(reset_point);
    while (is_running(end_us)) {
        if (world.is_off) {
            if (world.only_counts) {
                return;
            }
            stay_off(end_us);
            continue;
        }
        if (world.must_start) {
            world.must_start = false;
            world.starts++;
            app_start(&app);
        }
        app_step(&app);
    }
}

void host_run_until(uint64_t world_us)
{
    world.only_counts = false;
    run(world_us);
}

void host_run_counts(void)
{
    world.only_counts = true;
    run(UINT64_MAX);
}

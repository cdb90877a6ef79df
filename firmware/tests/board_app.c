/* An application that carries out a test's commands from the serial line, through the HAL alone.
 *
 * At start it sends 'B', hal_reset_cause(), whether there is a post-mortem, and its 20 bytes.
 * Commands are one byte, an answer begins with the same byte; `D` is a drain: its error, its count,
 * the samples.
 */
#include "edgekit_hal.h"
#include "sensor_state.h"

#include <string.h>

#define MOST_SAMPLES 33u
#define PAGE         1u

_Noreturn void app_run(void);

static sensor_t sensor;
static bool streaming;
static int32_t initialised = 0x12345678; /* the start-up has copied it */

static void send(uint8_t what, const void *data, uint32_t bytes)
{
    uint8_t message[1 + 256];
    message[0] = what;
    memcpy(message + 1, data, bytes);
    (void)hal_serial_write(message, 1 + bytes);
}

static void send_start(void)
{
    hal_post_mortem_t fault = {0};
    uint8_t start[2 + sizeof fault] = {(uint8_t)hal_reset_cause()};
    start[1] = hal_post_mortem(&fault) && !hal_post_mortem(&fault); /* only once */
    memcpy(start + 2, &fault, sizeof fault);
    send('B', start, initialised == 0x12345678 ? sizeof start : 0);
}

static void start_sensor(void)
{
    const sensor_config_t config = {.address = 0x53, .watermark = 16, .rate_hz = 50};
    const uint8_t error = (uint8_t)sensor_start(&sensor, &config);
    streaming = error == EDGEKIT_OK;
    send('S', &error, 1);
}

static void drain(void)
{
    edgekit_sample_t samples[MOST_SAMPLES];
    uint32_t count = 0;
    uint8_t message[2 + sizeof samples];
    message[0] = (uint8_t)sensor_drain(&sensor, samples, MOST_SAMPLES, &count);
    message[1] = (uint8_t)count;
    memcpy(message + 2, samples, count * sizeof samples[0]);
    send('D', message, 2 + count * (uint32_t)sizeof samples[0]);
}

/* Erase, write twice into the same words, and read; send the errors and the bytes. */
static void try_flash(void)
{
    const uint8_t first[8] = {0xFF, 0x0F, 0xAA, 0, 1, 2, 3, 4};
    const uint8_t second[8] = {0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x84};
    const uint32_t at = PAGE * HAL_FLASH_PAGE_BYTES;
    uint8_t answer[3 + 16];
    answer[0] = (uint8_t)hal_flash_erase(PAGE);
    answer[1] = (uint8_t)hal_flash_write(at + 252, first, sizeof first);
    answer[2] = (uint8_t)hal_flash_write(at + 252, second, sizeof second);
    hal_flash_read(at + 250, answer + 3, 16);
    send('E', answer, sizeof answer);
}

static void try_wrong_flash(void)
{
    const uint32_t pages = hal_flash_pages();
    const uint8_t word[4] = {0};
    const uint8_t answer[3] = {
        (uint8_t)hal_flash_erase(pages),
        (uint8_t)hal_flash_write(pages * HAL_FLASH_PAGE_BYTES - 4, word, 8),
        (uint8_t)hal_flash_write(2, word, 4),
    };
    send('W', answer, sizeof answer);
}

/* Use the bus without the driver: read the id, an address without a device, many registers. */
static void try_bus(void)
{
    uint8_t answer[2 + 1 + 29 + 1] = {0};
    const uint8_t id_register = 0;
    const uint8_t first_register = 0x1D;
    answer[0] = (uint8_t)hal_bus_transfer(0x53, &id_register, 1, answer + 2, 1);
    answer[1] = (uint8_t)hal_bus_transfer(0x29, &id_register, 1, answer + 3, 1);
    answer[32] = (uint8_t)hal_bus_transfer(0x53, &first_register, 1, answer + 3, 29);
    send('T', answer, sizeof answer);
}

static void recover_bus(void)
{
    const uint8_t id_register = 0;
    uint8_t id = 0;
    const uint64_t start_us = hal_time_us();
    const uint8_t stuck = (uint8_t)hal_bus_transfer(0x53, &id_register, 1, &id, 1);
    const uint8_t took_ms = (uint8_t)((hal_time_us() - start_us) / 1000u);
    const uint8_t freed = (uint8_t)hal_bus_recover();
    const uint8_t good = (uint8_t)hal_bus_transfer(0x53, &id_register, 1, &id, 1);
    const uint8_t answer[5] = {stuck, took_ms, freed, good, id};
    send('R', answer, sizeof answer);
}

/* Sleep until 50 ms have passed; send how long it was. */
static void try_sleep(void)
{
    const uint64_t start_us = hal_time_us();
    while (hal_time_us() < start_us + 50000u) {
        (void)hal_sleep_until(start_us + 50000u);
    }
    const uint32_t us = (uint32_t)(hal_time_us() - start_us);
    send('N', &us, sizeof us);
}

/* Rest for 50 ms while the sensor's line is high; send how long, in how many pieces, and whether
 * the line is still high. */
static void try_rest(void)
{
    for (uint32_t i = 0; i < 100 && !hal_sleep_until(hal_time_us() + 20000u); i++) {
    }
    const uint64_t start_us = hal_time_us();
    uint32_t answer[3] = {0};
    for (; hal_time_us() < start_us + 50000u; answer[1]++) {
        hal_rest_until(start_us + 50000u);
    }
    answer[0] = (uint32_t)(hal_time_us() - start_us);
    answer[2] = hal_sleep_until(0);
    send('Q', answer, sizeof answer);
}

static void send_identity(void)
{
    uint8_t answer[8 + 16] = {0};
    hal_device_id(answer);
    for (uint32_t i = 0; i < 16 && hal_board_name[i] != 0; i++) {
        answer[8 + i] = (uint8_t)hal_board_name[i];
    }
    send('I', answer, sizeof answer);
}

/* Send the features, and what HEALTH says of the battery and the clock. */
static void send_life(void)
{
    const uint16_t battery_mv = hal_battery_mv();
    const uint8_t answer[4] = {(uint8_t)hal_features, (uint8_t)battery_mv,
                               (uint8_t)(battery_mv >> 8), (uint8_t)hal_clock_source()};
    send('L', answer, sizeof answer);
}

/* Start or stop the motor. */
static void drive_motor(uint8_t strength)
{
    hal_motor(strength);
    send('M', &strength, 1);
}

static void blink(void)
{
    const uint64_t until_us = hal_time_us() + 2000u;
    hal_led(true);
    while (hal_time_us() < until_us) {
        hal_rest_until(until_us);
    }
    hal_led(false);
}

static void flood(void)
{
    static uint8_t block[1024];
    uint8_t dropped = 0;
    memset(block, 'x', sizeof block);
    for (uint32_t i = 0; i < 8; i++) {
        dropped = (uint8_t)(dropped + !hal_serial_write(block, sizeof block));
    }
    const uint64_t until_us = hal_time_us() + 500000u;
    while (hal_time_us() < until_us) {
        (void)hal_sleep_until(until_us);
    }
    send('F', &dropped, 1);
}

/* Wait until the line knows that nobody listens, write then, and send what came of it and how long
 * it took once somebody listens again. */
static void try_nobody(void)
{
    const uint64_t late_us = hal_time_us() + 5000000u;
    while (hal_listener() != HAL_LISTENER_NOBODY && hal_time_us() < late_us) {
        (void)hal_sleep_until(hal_time_us() + 1000u);
    }
    const uint64_t start_us = hal_time_us();
    uint8_t answer[6] = {(uint8_t)hal_listener()};
    answer[1] = hal_serial_write(answer, sizeof answer);
    const uint32_t us = (uint32_t)(hal_time_us() - start_us);
    memcpy(answer + 2, &us, sizeof us);
    while (hal_listener() == HAL_LISTENER_NOBODY && hal_time_us() < late_us) {
        (void)hal_sleep_until(hal_time_us() + 1000u);
    }
    send('C', answer, sizeof answer);
}

static uint32_t overflow_stack(uint32_t depth)
{
    volatile uint8_t frame[256];
    frame[depth % sizeof frame] = (uint8_t)depth;
    return depth == UINT32_MAX ? 0 : overflow_stack(depth + 1) + frame[depth % sizeof frame];
}

static void handle(uint8_t command)
{
    switch (command) {
    case 'S':
        start_sensor();
        break;
    case 'E':
        try_flash();
        break;
    case 'W':
        try_wrong_flash();
        break;
    case 'T':
        try_bus();
        break;
    case 'R':
        recover_bus();
        break;
    case 'N':
        try_sleep();
        break;
    case 'Q':
        try_rest();
        break;
    case 'I':
        send_identity();
        break;
    case 'F':
        flood();
        break;
    case 'L':
        send_life();
        break;
    case 'M':
        drive_motor(102);
        break;
    case 'm':
        drive_motor(0);
        break;
    case 'C': /* for a port that is closed */
        try_nobody();
        break;
    case 'x':
        hal_boot_loader();
    case 'l':
        blink();
        break;
    case 'p':
        hal_power_off();
    case 'b': /* bus fault */
        *(volatile uint32_t *)0xA0000000u = 1;
        break;
    case 'u': /* undefined instruction */
        __asm__ volatile("udf #0");
        break;
    case 'o':
        (void)overflow_stack(0);
        break;
    case 'r':
        hal_reset();
    case 'h':
        for (;;) {
            (void)hal_sleep_until(hal_time_us() + 1000000u);
        }
    default:
        send('?', &command, 1);
    }
}

void app_run(void)
{
    send_start();
    for (;;) {
        hal_watchdog_feed();
        if (hal_sleep_until(hal_time_us() + 1000000u) && streaming) {
            drain();
        }
        if (hal_wants_boot_loader()) {
            hal_boot_loader();
        }
        uint8_t command;
        while (hal_serial_read(&command, 1) > 0) {
            handle(command);
        }
    }
}

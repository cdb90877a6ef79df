/* The serial line: two file descriptors, of a pseudo-terminal, pipes, or nothing. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "host_inside.h"

#define BOARD_WAITS_MS   20   /* as edgekit_hal.h allows */
#define PATIENT_WAITS_MS 1000 /* real time, where virtual time does not keep to it */

static int line_in = -1, line_out = -1;
static int waits_ms = BOARD_WAITS_MS;
static hal_listener_t listener;
static bool is_touched;
static bool is_refusing; /* the last write was refused: the next does not wait */

static void unblock(int file)
{
    if (file >= 0) {
        (void)fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
    }
}

void host_set_line(int in, int out)
{
    listener = HAL_LISTENER_UNKNOWN;
    line_in = in;
    line_out = out;
    is_refusing = false;
    unblock(in);
    unblock(out);
}

void host_line_set_patience(bool patient)
{
    waits_ms = patient ? PATIENT_WAITS_MS : BOARD_WAITS_MS;
}

void host_line_wait(uint64_t real_us)
{
    struct pollfd waited = {.fd = line_in, .events = POLLIN};
    const struct timespec most = {.tv_sec = (time_t)(real_us / 1000000),
                                  .tv_nsec = (long)(real_us % 1000000 * 1000)};
    if (real_us >= 1000 && poll(&waited, 1, (int)(real_us / 1000)) != 0) {
        return;
    }
    if (real_us < 1000) {
        (void)nanosleep(&most, NULL);
    }
}

bool host_line_has_input(void)
{
    struct pollfd input = {.fd = line_in, .events = POLLIN};
    return line_in >= 0 && poll(&input, 1, 0) > 0 && (input.revents & POLLIN) != 0;
}

uint32_t hal_serial_read(uint8_t *data, uint32_t capacity)
{
    const ssize_t received = line_in < 0 ? 0 : read(line_in, data, capacity);
    if (received == 0 && line_in >= 0) {
        line_in = -1; /* the other end is closed for good */
    }
    return received > 0 ? (uint32_t)received : 0;
}

bool hal_serial_write(const uint8_t *data, uint32_t bytes)
{
    if (listener == HAL_LISTENER_NOBODY) {
        return false;
    }
    uint32_t done = 0;
    while (line_out >= 0 && done < bytes) {
        struct pollfd waited = {.fd = line_out, .events = POLLOUT};
        const int patience_ms = is_refusing && done == 0 ? 0 : waits_ms;
        const bool takes = poll(&waited, 1, patience_ms) > 0;
        const ssize_t taken = takes ? write(line_out, data + done, bytes - done) : -1;
        if (taken <= 0) {
            break;
        }
        done += (uint32_t)taken;
    }
    is_refusing = done < bytes;
    return done == bytes;
}

hal_listener_t hal_listener(void)
{
    return listener;
}

void host_set_listener(hal_listener_t is_now)
{
    listener = is_now;
}

bool hal_wants_boot_loader(void)
{
    return is_touched;
}

void host_touch(void)
{
    is_touched = true;
}

void host_line_forget_touch(void)
{
    is_touched = false;
}

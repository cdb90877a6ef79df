/* A GPIO character device with one requested line and its queue of edges. */
#include "sim_gpio_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINES = 54, MOST_EVENTS = 16, INT1 = 1 };

/* One line in one process is enough for one sensor. */
static struct {
    int chip, line; /* descriptors; 0: none, as 0 is never one of ours */
    uint32_t offset;
    uint64_t flags;
    bool high;
    struct gpio_v2_line_event event[MOST_EVENTS];
    uint32_t events, seqno;
} state;

static uint32_t int1_line(void)
{
    const char *text = getenv("EDGEKIT_SIM_INT1");
    return text == NULL ? 17 : (uint32_t)strtoul(text, NULL, 10);
}

bool sim_gpio_device_is(const char *path)
{
    return path != NULL && strcmp(path, "/dev/gpiochip0") == 0;
}

static int new_file(void)
{
    return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);
}

int sim_gpio_device_open(void)
{
    state.chip = new_file();
    return state.chip;
}

bool sim_gpio_device_is_line(int file)
{
    return file > 0 && file == state.line;
}

bool sim_gpio_device_has(int file)
{
    return sim_gpio_device_is_line(file) || (file > 0 && file == state.chip);
}

void sim_gpio_device_close(int file)
{
    if (file == state.line) {
        state.line = 0;
    } else {
        state.chip = 0;
    }
}

static bool level(const sim_world_t *world)
{
    const bool high = state.offset == int1_line() && sim_adxl345_interrupt(&world->chip, INT1);
    return high != ((state.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW) != 0);
}

void sim_gpio_device_update(const sim_world_t *world, int64_t ns)
{
    if (state.line == 0 || level(world) == state.high) {
        return;
    }
    state.high = !state.high;
    const uint64_t edge =
        state.high ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING;
    if ((state.flags & edge) == 0) {
        return;
    }
    if (state.events == MOST_EVENTS) { /* the oldest is lost, as in the kernel */
        state.events--;
        memmove(state.event, state.event + 1, state.events * sizeof state.event[0]);
    }
    const bool calendar = (state.flags & GPIO_V2_LINE_FLAG_EVENT_CLOCK_REALTIME) != 0;
    const int64_t offset_ns = calendar ? world->utc_ns : SIM_WORLD_BOOTED_NS - world->suspended_ns;
    state.seqno++;
    state.event[state.events++] = (struct gpio_v2_line_event){
        .timestamp_ns = (uint64_t)(ns + offset_ns),
        .id = state.high ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
        .offset = state.offset,
        .seqno = state.seqno,
        .line_seqno = state.seqno,
    };
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static int request_line(sim_world_t *world, struct gpio_v2_line_request *wanted)
{
    if (wanted->num_lines != 1 || wanted->offsets[0] >= LINES) {
        return fail(EINVAL);
    }
    if (state.line != 0) {
        return fail(EBUSY);
    }
    uint64_t flags = wanted->config.flags;
    for (uint32_t i = 0; i < wanted->config.num_attrs && i < GPIO_V2_LINE_NUM_ATTRS_MAX; i++) {
        const struct gpio_v2_line_config_attribute *attribute = &wanted->config.attrs[i];
        if (attribute->attr.id == GPIO_V2_LINE_ATTR_ID_FLAGS && (attribute->mask & 1u) != 0) {
            flags = attribute->attr.flags;
        }
    }
    const int file = new_file();
    if (file < 0) {
        return -1;
    }
    (void)sim_world_lock_chip(world);
    state.offset = wanted->offsets[0];
    state.flags = flags;
    state.high = level(world); /* a line that is already high makes no edge */
    state.events = state.seqno = 0;
    state.line = file;
    sim_world_unlock_chip();
    wanted->fd = file;
    return 0;
}

int sim_gpio_device_ioctl(sim_world_t *world, int file, unsigned long request, void *argument)
{
    if (sim_gpio_device_is_line(file)) {
        if (request != GPIO_V2_LINE_GET_VALUES_IOCTL) {
            return fail(EINVAL);
        }
        (void)sim_world_lock_chip(world);
        ((struct gpio_v2_line_values *)argument)->bits = level(world) ? 1 : 0;
        sim_world_unlock_chip();
        return 0;
    }
    switch (request) {
    case GPIO_GET_CHIPINFO_IOCTL:
        *(struct gpiochip_info *)argument =
            (struct gpiochip_info){.name = "gpiochip0", .label = "pinctrl-bcm2835", .lines = LINES};
        return 0;
    case GPIO_V2_GET_LINEINFO_IOCTL: {
        struct gpio_v2_line_info *info = argument;
        const uint32_t offset = info->offset;
        if (offset >= LINES) {
            return fail(EINVAL);
        }
        *info = (struct gpio_v2_line_info){.offset = offset, .flags = GPIO_V2_LINE_FLAG_INPUT};
        (void)snprintf(info->name, sizeof info->name, "GPIO%u", offset);
        return 0;
    }
    case GPIO_V2_GET_LINE_IOCTL:
        return request_line(world, argument);
    default:
        return fail(EINVAL);
    }
}

int sim_gpio_device_wait(sim_world_t *world, int64_t timeout_ns)
{
    static const int64_t STEP_NS = 100000000; /* while the chip converts nothing */
    const int64_t end_ns = timeout_ns < 0 ? INT64_MAX : world->now_ns + timeout_ns;
    for (;;) {
        const sim_adxl345_t *chip = sim_world_lock_chip(world);
        const bool waits = state.events > 0;
        const uint64_t next_us = sim_adxl345_next_us(chip);
        sim_world_unlock_chip();
        if (waits || world->now_ns >= end_ns) {
            return waits ? 1 : 0;
        }
        int64_t step_ns = world->now_ns + STEP_NS;
        if (next_us < (uint64_t)(step_ns / 1000)) {
            step_ns = (int64_t)next_us * 1000;
        }
        if (sim_world_sleep(world, step_ns < end_ns ? step_ns : end_ns) != 0) {
            return fail(EINTR);
        }
    }
}

ssize_t sim_gpio_device_read(sim_world_t *world, void *events, size_t bytes)
{
    const size_t room = bytes / sizeof state.event[0];
    if (room == 0) {
        return fail(EINVAL);
    }
    if (sim_gpio_device_wait(world, -1) < 0) {
        return -1;
    }
    (void)sim_world_lock_chip(world);
    const uint32_t count = state.events < room ? state.events : (uint32_t)room;
    memcpy(events, state.event, count * sizeof state.event[0]);
    state.events -= count;
    memmove(state.event, state.event + count, state.events * sizeof state.event[0]);
    sim_world_unlock_chip();
    return (ssize_t)(count * sizeof state.event[0]);
}

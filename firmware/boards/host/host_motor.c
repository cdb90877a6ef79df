/* The motor, as a list of what was asked of it. A reset switches it off, as a chip's pins do. */
#include "host_inside.h"

static struct {
    uint64_t at_us;
    uint8_t strength;
} changes[HOST_MOTOR_MOST];
static uint32_t count;

void host_clear_motor(void)
{
    count = 0;
}

uint32_t host_motor_changes(void)
{
    return count;
}

uint64_t host_motor_change(uint32_t n, uint8_t *strength)
{
    *strength = changes[n].strength;
    return changes[n].at_us;
}

void hal_motor(uint8_t strength)
{
    const uint8_t before = count > 0 ? changes[count - 1].strength : 0;
    if (strength != before && count < HOST_MOTOR_MOST) {
        changes[count].at_us = host_world_us();
        changes[count++].strength = strength;
    }
}

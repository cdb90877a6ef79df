/* Faults at a time: kept in order, met as time passes. */
#include "host_faults.h"

#include <stdio.h>
#include <string.h>

#include "adxl345_registers.h"
#include "host_inside.h"

#define FAULTS_MOST 256u

typedef enum {
#define X(kind, count, text) FAULT_##kind,
    HOST_FAULTS(X)
#undef X
} kind_t;

static const struct {
    const char *name;
    uint32_t count;
} kinds[] = {
#define X(kind, count, text) {#kind, count},
    HOST_FAULTS(X)
#undef X
};

static struct {
    uint64_t at_us;
    kind_t kind;
    uint32_t count;
} faults[FAULTS_MOST];
static uint32_t fault_count, fault_next;

void host_forget_faults(void)
{
    fault_count = fault_next = 0;
}

uint64_t host_next_fault_us(void)
{
    return fault_next < fault_count ? faults[fault_next].at_us : UINT64_MAX;
}

static bool insert(uint64_t at_us, kind_t kind, uint32_t count)
{
    if (fault_count == FAULTS_MOST) {
        return false;
    }
    uint32_t place = fault_count++;
    for (; place > fault_next && faults[place - 1].at_us > at_us; place--) {
        faults[place] = faults[place - 1];
    }
    faults[place].at_us = at_us;
    faults[place].kind = kind;
    faults[place].count = count;
    return true;
}

bool host_add_fault(const char *text)
{
    char name[16], more;
    double at_s = -1;
    unsigned count = 0;
    const bool is_counted = sscanf(text, "%15[a-z]:%u@%lf%c", name, &count, &at_s, &more) == 3;
    const bool is_plain = !is_counted && sscanf(text, "%15[a-z]@%lf%c", name, &at_s, &more) == 2;
    if ((!is_counted && !is_plain) || !(at_s >= 0 && at_s < 1e9)) {
        return false;
    }
    for (uint32_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        if (strcmp(name, kinds[kind].name) == 0) {
            return insert((uint64_t)(at_s * 1e6), (kind_t)kind,
                          is_counted ? count : kinds[kind].count);
        }
    }
    return false;
}

static void meet(kind_t kind, uint32_t count)
{
    switch (kind) {
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
        host_hang();
        break;
    case FAULT_crash:
        host_reset_as(HAL_RESET_FAULT);
    case FAULT_reset:
        host_reset_as(HAL_RESET_PIN);
    case FAULT_power:
        host_reset_as(HAL_RESET_POWER);
    }
}

void host_meet_faults(uint64_t world_us)
{
    while (fault_next < fault_count && faults[fault_next].at_us <= world_us) {
        const uint32_t now = fault_next++;
        meet(faults[now].kind, faults[now].count);
    }
}

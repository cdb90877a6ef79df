/* The list of faults to come, and the text that adds one. */
#include "host_faults.h"

#include <stdio.h>
#include <string.h>

#include "host.h"

#define FAULTS_MOST 256u

static const struct {
    const char *name;
    uint32_t count;
} kinds[] = {
#define X(kind, count, text) {#kind, count},
    HOST_FAULTS(X)
#undef X
};

static host_fault_t faults[FAULTS_MOST];
static uint32_t fault_count, fault_next;

void host_clear_faults(void)
{
    fault_count = fault_next = 0;
}

uint64_t host_next_fault_us(void)
{
    return fault_next < fault_count ? faults[fault_next].at_us : UINT64_MAX;
}

static bool insert(uint64_t at_us, host_fault_kind_t kind, uint32_t count)
{
    if (fault_count == FAULTS_MOST) {
        return false;
    }
    uint32_t place = fault_count++;
    for (; place > fault_next && faults[place - 1].at_us > at_us; place--) {
        faults[place] = faults[place - 1];
    }
    faults[place] = (host_fault_t){.at_us = at_us, .kind = kind, .count = count};
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
            return insert((uint64_t)(at_s * 1e6), (host_fault_kind_t)kind,
                          is_counted ? count : kinds[kind].count);
        }
    }
    return false;
}

bool host_next_fault(uint64_t world_us, host_fault_t *fault)
{
    if (host_next_fault_us() > world_us) {
        return false;
    }
    *fault = faults[fault_next++];
    return true;
}

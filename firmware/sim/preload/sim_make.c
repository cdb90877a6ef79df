/* A world is made and looked at from outside, by a process that does not live in it. */
#include <stddef.h>

#include "sim_world.h"

/* Bytes of the file of a world with so many samples. */
uint64_t sim_make_bytes(uint64_t samples);
uint64_t sim_make_bytes(uint64_t samples)
{
    return SIM_WORLD_LOG_OFFSET + samples * sizeof(uint64_t);
}

/* `memory` is that file, all zero, mapped. Faults in order of time. */
void sim_make(void *memory, uint64_t samples, uint64_t seed, double clock_ppm, int64_t utc_ns,
              uint32_t adapter);
void sim_make(void *memory, uint64_t samples, uint64_t seed, double clock_ppm, int64_t utc_ns,
              uint32_t adapter)
{
    sim_world_t *world = memory;
    world->utc_ns = utc_ns;
    world->next_fault_ns = INT64_MAX;
    world->samples = samples;
    world->adapter = adapter;
    sim_adxl345_init(&world->chip, seed);
    sim_adxl345_set_clock(&world->chip, clock_ppm);
    sim_adxl345_give_counts(&world->chip, NULL, samples);
    sim_ina226_init(&world->meter, 0, 0.0);
    world->magic = SIM_WORLD_MAGIC;
}

/* An INA226 on the same bus, without a load; `die`: what its identity register says. */
void sim_make_meter(void *memory, uint32_t address, double shunt_ohms, uint32_t die);
void sim_make_meter(void *memory, uint32_t address, double shunt_ohms, uint32_t die)
{
    sim_world_t *world = memory;
    sim_ina226_init(&world->meter, (uint8_t)address, shunt_ohms);
    world->meter.die = (uint16_t)die;
}

/* False: no room, or before the last one. */
bool sim_make_load(void *memory, int64_t at_us, double volts, double amperes);
bool sim_make_load(void *memory, int64_t at_us, double volts, double amperes)
{
    sim_world_t *world = memory;
    return sim_ina226_give_load(&world->meter, (uint64_t)at_us, volts, amperes);
}

/* False: no room, no such kind, or before the last one. */
bool sim_make_fault(void *memory, int64_t at_ns, uint32_t kind, int64_t value);
bool sim_make_fault(void *memory, int64_t at_ns, uint32_t kind, int64_t value)
{
    sim_world_t *world = memory;
    const uint32_t known = world->faults;
    if (known == SIM_WORLD_MOST_FAULTS || kind >= SIM_WORLD_KINDS ||
        (known > 0 && at_ns < world->fault[known - 1].at_ns)) {
        return false;
    }
    world->fault[known] = (sim_world_fault_t){.at_ns = at_ns, .value = value, .kind = kind};
    world->faults++;
    world->next_fault_ns = world->fault[world->fired].at_ns;
    return true;
}

/* The world goes on with no process in it. Of the faults on the way, those that only a process
 * can meet do not happen; the others wait for the next process. */
void sim_make_pass(void *memory, int64_t ns);
void sim_make_pass(void *memory, int64_t ns)
{
    sim_world_t *world = memory;
    world->now_ns += ns;
    for (uint32_t i = world->fired; i < world->faults && world->fault[i].at_ns <= world->now_ns;
         i++) {
        const uint32_t kind = world->fault[i].kind;
        if (kind == SIM_WORLD_KILL || kind == SIM_WORLD_STALL || kind == SIM_WORLD_SIGNAL) {
            world->fault[i].kind = SIM_WORLD_KINDS;
        }
    }
}

/* 0: ns since it began; 1: samples taken; 2: conversions; 3: faults so far; 4: ns of REALTIME. */
int64_t sim_make_look(const void *memory, uint32_t what);
int64_t sim_make_look(const void *memory, uint32_t what)
{
    const sim_world_t *world = memory;
    const int64_t found[] = {world->now_ns, (int64_t)world->chip.taken,
                             (int64_t)world->chip.conversions, (int64_t)world->fired,
                             world->now_ns + world->utc_ns};
    return what < sizeof found / sizeof found[0] ? found[what] : -1;
}

uint64_t sim_make_log_offset(void);
uint64_t sim_make_log_offset(void)
{
    return SIM_WORLD_LOG_OFFSET;
}

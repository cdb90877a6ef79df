/* Make a world and look at it from outside, by a process that does not run in it. */
#include <stddef.h>

#include "sim_world.h"

/* Return the bytes of the file of a world with this many samples. */
uint64_t sim_make_bytes(uint64_t samples);
uint64_t sim_make_bytes(uint64_t samples)
{
    return SIM_WORLD_LOG_OFFSET + samples * sizeof(uint64_t);
}

/* Make a world in `memory`, which is that file mapped, all zero. */
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
    sim_adxl345_set_counts(&world->chip, NULL, samples);
    world->magic = SIM_WORLD_MAGIC;
}

/* Add a fault, in order of time; false when there is no room, no such kind, or it is before the
 * last one. */
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

/* Let time pass with no process in the world. Of the faults on the way, those that need a process
 * do not happen; the others wait for the next process. */
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

/* Return one figure of the world. 0: ns since it began; 1: samples consumed; 2: faults so far; 3:
 * ns of REALTIME. */
int64_t sim_make_look(const void *memory, uint32_t what);
int64_t sim_make_look(const void *memory, uint32_t what)
{
    const sim_world_t *world = memory;
    const int64_t figures[] = {world->now_ns, (int64_t)world->chip.consumed, (int64_t)world->fired,
                               world->now_ns + world->utc_ns};
    return what < sizeof figures / sizeof figures[0] ? figures[what] : -1;
}

uint64_t sim_make_log_offset(void);
uint64_t sim_make_log_offset(void)
{
    return SIM_WORLD_LOG_OFFSET;
}

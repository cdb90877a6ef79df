/* The world's time, its faults, and the file that it lives in. */
#include "sim_world.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sim_gpio_device.h"

_Static_assert(sizeof(sim_world_t) <= SIM_WORLD_LOG_OFFSET, "the log begins behind the struct");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sim_world_t *mapped;
static const int16_t *counts;

static void *map_file(const char *path, bool writable)
{
    const int file = (int)syscall(SYS_openat, AT_FDCWD, path, writable ? O_RDWR : O_RDONLY, 0);
    if (file < 0) {
        return NULL;
    }
    void *memory = MAP_FAILED;
    const off_t bytes = lseek(file, 0, SEEK_END);
    if (bytes > 0) {
        memory = mmap(NULL, (size_t)bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ,
                      MAP_SHARED, file, 0);
    }
    (void)close(file);
    return memory == MAP_FAILED ? NULL : memory;
}

static void attach(void)
{
    const char *path = getenv("EDGEKIT_SIM_WORLD");
    const char *counts_path = getenv("EDGEKIT_SIM_COUNTS");
    if (path == NULL || counts_path == NULL) {
        return;
    }
    sim_world_t *world = map_file(path, true);
    counts = map_file(counts_path, false);
    if (world == NULL || counts == NULL || world->magic != SIM_WORLD_MAGIC) {
        static const char message[] = "the simulated world cannot be opened\n";
        (void)!syscall(SYS_write, STDERR_FILENO, message, sizeof message - 1);
        _exit(2); /* a partly simulated process would use real devices */
    }
    mapped = world;
}

sim_world_t *sim_world(void)
{
    (void)pthread_once(&once, attach);
    return mapped;
}

/* Advance conversion by conversion, to log the time of each sample. */
void sim_world_run_chip(sim_world_t *world)
{
    sim_adxl345_t *chip = &world->chip;
    _Atomic uint64_t *log = (void *)((char *)world + SIM_WORLD_LOG_OFFSET);
    const uint64_t now_us = (uint64_t)(world->now_ns / 1000);
    chip->buffer_counts = counts; /* where this process has them */
    chip->buffer_g = NULL;
    chip->source = NULL;
    for (;;) {
        const uint64_t next_us = sim_adxl345_next_us(chip);
        if (next_us > now_us) {
            break;
        }
        const uint64_t consumed = chip->consumed;
        sim_adxl345_advance(chip, next_us);
        if (chip->consumed > consumed) {
            log[consumed] = next_us;
        }
        sim_gpio_device_update(world, (int64_t)next_us * 1000);
    }
    sim_adxl345_advance(chip, now_us);
    if (sim_second_chip_advance != NULL) {
        sim_second_chip_advance(world->second_chip, now_us);
    }
}

/* Make a fault happen. */
static void strike(sim_world_t *world, const sim_world_fault_t *fault)
{
    sim_adxl345_t *chip = &world->chip;
    const int64_t value = fault->value;
    sim_world_run_chip(world);
    switch ((sim_world_kind_t)fault->kind) {
    case SIM_WORLD_NACK:
        sim_adxl345_fault_nack(chip, (uint32_t)value);
        break;
    case SIM_WORLD_HOLD_SDA:
        sim_adxl345_fault_hold_sda(chip, (uint32_t)value);
        break;
    case SIM_WORLD_STALL:
        sim_world_use(world, value);
        break;
    case SIM_WORLD_BROWN_OUT:
        sim_adxl345_fault_brown_out(chip, (uint32_t)value);
        break;
    case SIM_WORLD_FREEZE:
        sim_adxl345_fault_freeze(chip, (uint32_t)value);
        break;
    case SIM_WORLD_ONES:
        sim_adxl345_fault_ones(chip, (uint32_t)value, 0);
        break;
    case SIM_WORLD_SLOW:
        sim_adxl345_fault_slow(chip, (uint32_t)value, true);
        break;
    case SIM_WORLD_NTP_STEP:
        world->utc_ns += value;
        break;
    case SIM_WORLD_SUSPEND:
        world->suspended_ns += value;
        sim_world_use(world, value);
        break;
    case SIM_WORLD_KILL:
        (void)kill(getpid(), SIGKILL);
        break;
    case SIM_WORLD_DISK_FULL:
        world->disk_full_until_ns = world->now_ns + value;
        break;
    case SIM_WORLD_CUT:
        world->cut_from = (uint32_t)value;
        break;
    case SIM_WORLD_SIGNAL:
        (void)kill(getpid(), (int)value);
        break;
    case SIM_WORLD_KINDS:
        break;
    }
    sim_gpio_device_update(world, world->now_ns);
}

static void note_next(sim_world_t *world)
{
    world->next_fault_ns =
        world->fired < world->faults ? world->fault[world->fired].at_ns : INT64_MAX;
}

bool sim_world_go_to(sim_world_t *world, int64_t ns)
{
    bool signalled = false;
    if (ns >= world->next_fault_ns) {
        (void)pthread_mutex_lock(&lock);
        while (ns >= world->next_fault_ns && !signalled) {
            const sim_world_fault_t *fault = &world->fault[world->fired];
            if (world->now_ns < fault->at_ns) {
                world->now_ns = fault->at_ns;
            }
            world->fired++; /* first: a killed process is not killed again for the same */
            note_next(world);
            strike(world, fault);
            signalled = fault->kind == SIM_WORLD_SIGNAL;
        }
        (void)pthread_mutex_unlock(&lock);
    }
    if (signalled) {
        return false;
    }
    int64_t before = world->now_ns;
    while (before < ns && !atomic_compare_exchange_weak(&world->now_ns, &before, ns)) {
    }
    return true;
}

void sim_world_use(sim_world_t *world, int64_t ns)
{
    world->now_ns += ns;
}

sim_adxl345_t *sim_world_lock_chip(sim_world_t *world)
{
    (void)sim_world_go_to(world, world->now_ns); /* what is due comes before the transfer */
    (void)pthread_mutex_lock(&lock);
    sim_world_run_chip(world);
    return &world->chip;
}

void sim_world_unlock_chip(void)
{
    (void)pthread_mutex_unlock(&lock);
}

/* sim_world: the world of a preloaded process: one time, one bus, the faults to come.
 *
 * It is a file mapped shared, so that the process may be killed and started again in it. The log
 * of conversions follows the struct: one uint64_t a sample, the microsecond of its conversion.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim_adxl345.h"

#define SIM_WORLD_MAGIC             0x31444C524F574B45u /* EKWORLD1 */
#define SIM_WORLD_MOST_FAULTS       256
#define SIM_WORLD_LOG_OFFSET        65536u
#define SIM_WORLD_SECOND_CHIP_WORDS 512
#define SIM_WORLD_BOOTED_NS         1000000000000 /* MONOTONIC and BOOTTIME when the world begins */

/* In the order of KINDS in firmware/emulate/simulated_bus.py. */
typedef enum {
    SIM_WORLD_NACK,      /* transfers */
    SIM_WORLD_HOLD_SDA,  /* clocks */
    SIM_WORLD_STALL,     /* ns: this host runs nothing */
    SIM_WORLD_BROWN_OUT, /* us */
    SIM_WORLD_FREEZE,    /* conversions */
    SIM_WORLD_ONES,      /* transfers */
    SIM_WORLD_SLOW,      /* transfers that the chip sees and the host does not */
    SIM_WORLD_NTP_STEP,  /* ns, of REALTIME alone */
    SIM_WORLD_SUSPEND,   /* ns that MONOTONIC does not count */
    SIM_WORLD_KILL,
    SIM_WORLD_DISK_FULL, /* ns */
    SIM_WORLD_CUT,       /* the byte from which nobody drives the next reading that is longer */
    SIM_WORLD_SIGNAL,    /* its number */
    SIM_WORLD_KINDS
} sim_world_kind_t;

typedef struct {
    int64_t at_ns;
    int64_t value;
    uint32_t kind, reserved;
} sim_world_fault_t;

typedef enum {
    SIM_WORLD_I2C,
    SIM_WORLD_SMBUS_ONLY,
    SIM_WORLD_ONE_READING, /* bcm2835, Raspberry Pi 0 to 4: a reading must be a call's last message
                            */
} sim_world_adapter_t;

typedef struct {
    uint64_t magic;
    _Atomic int64_t now_ns; /* since the world began */
    _Atomic int64_t utc_ns; /* REALTIME when the world began, and every step since */
    _Atomic int64_t suspended_ns;
    _Atomic int64_t next_fault_ns; /* INT64_MAX: none */
    _Atomic int64_t disk_full_until_ns;
    uint64_t samples;
    uint32_t adapter; /* sim_world_adapter_t */
    uint32_t faults, fired;
    uint32_t cut_from; /* of the next reading that is longer; 0: none */
    sim_world_fault_t fault[SIM_WORLD_MOST_FAULTS];
    sim_adxl345_t chip;
    uint64_t second_chip[SIM_WORLD_SECOND_CHIP_WORDS];
} sim_world_t;

/* A second chip on the bus, of a source that is built in beside these. Its state is the world's
 * `second_chip`, zero at first. Weak: without that source the ADXL345 is alone. */
__attribute__((weak)) bool sim_second_chip_has(const void *chip, uint8_t address);
__attribute__((weak)) void sim_second_chip_advance(void *chip, uint64_t time_us);
__attribute__((weak)) edgekit_error_t sim_second_chip_transfer(void *chip, const uint8_t *out,
                                                               uint32_t out_bytes, uint8_t *in,
                                                               uint32_t in_bytes);

/* Return the world that the environment names, mapped at the first call; NULL: all is real. */
sim_world_t *sim_world(void);

/* Advance time to `ns` if that is later; faults on the way happen each at its own time. False when
 * a signal came: then time stays where it came. */
bool sim_world_go_to(sim_world_t *world, int64_t ns);
/* Sleep until `ns` of the world's time, at the environment's speed. 0, or EINTR. */
int sim_world_sleep(sim_world_t *world, int64_t ns);
/* Let time pass within a transfer; faults wait until it is over. */
void sim_world_use(sim_world_t *world, int64_t ns);

/* Lock the chip, advanced to the present time, for one thread. */
sim_adxl345_t *sim_world_lock_chip(sim_world_t *world);
void sim_world_unlock_chip(void);
/* Advance the chips to the present time; the chip is locked. */
void sim_world_run_chip(sim_world_t *world);

#endif

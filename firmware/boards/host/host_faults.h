/* host_faults: what may go wrong, as KIND[:COUNT]@SECONDS of virtual time, in order of time.
 *
 * X(kind, what COUNT is where none is given, what it counts) */
#ifndef EDGEKIT_HOST_FAULTS_H
#define EDGEKIT_HOST_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define HOST_FAULTS(X)                                                                             \
    X(nack, 5, "transfers that nobody answers")                                                    \
    X(stuck, 5, "clocks until the sensor lets go of SDA")                                          \
    X(brownout, 100, "ms without supply for the sensor")                                           \
    X(freeze, 200, "conversions that repeat the last sample")                                      \
    X(ones, 3, "readings that are all ones")                                                       \
    X(slow, 3, "transfers that take too long")                                                     \
    X(line, 1, "the sensor's interrupt line is high for good; 0: no longer")                       \
    X(rate, 10, "the sensor's BW_RATE register changes to this")                                   \
    X(hang, 0, "the application does nothing until the watchdog resets it")                        \
    X(crash, 0, "the processor meets a fault")                                                     \
    X(reset, 0, "the reset pin")                                                                   \
    X(power, 0, "the processor's supply is gone for a moment")                                     \
    X(battery, 3000, "the battery has so many millivolts from here on; 0: it is not measured")     \
    X(flash, 1, "the flash refuses every write and erasure; 0: no longer")                         \
    X(usb, 1, "USB feeds the board; 0: no longer")

typedef enum {
#define X(kind, count, text) FAULT_##kind,
    HOST_FAULTS(X)
#undef X
} host_fault_kind_t;

typedef struct {
    uint64_t at_us; /* of virtual time */
    host_fault_kind_t kind;
    uint32_t count;
} host_fault_t;

void host_clear_faults(void);

/* Return the time of the next fault; UINT64_MAX where there is none. */
uint64_t host_next_fault_us(void);

/* Take the next fault from the list if it is due at world_us; false when none is. */
bool host_next_fault(uint64_t world_us, host_fault_t *fault);

#endif

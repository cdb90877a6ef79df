/* host_faults: what may go wrong, as KIND[:COUNT]@SECONDS of virtual time.
 *
 * X(kind, what COUNT is where none is given, what it counts) */
#ifndef EDGEKIT_HOST_FAULTS_H
#define EDGEKIT_HOST_FAULTS_H

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
    X(power, 0, "the processor's supply is gone for a moment")

#endif

/* edgekit_error: all errors, as one list, with the sentence that a host shows for each. Values are
 * stored in records: add at the end. */
#ifndef EDGEKIT_ERROR_H
#define EDGEKIT_ERROR_H

#define EDGEKIT_ERRORS(X)                                                                          \
    X(OK, "no error")                                                                              \
    X(NACK, "no device answered on the bus")                                                       \
    X(BUS_STUCK, "a device holds the bus low")                                                     \
    X(TIMEOUT, "the bus or the flash did not answer in time")                                      \
    X(WRONG_DEVICE, "another chip than an ADXL345 answered")                                       \
    X(REGISTER_LOST, "a register lost what was written to it")                                     \
    X(FROZEN, "the sensor repeats one sample")                                                     \
    X(SELF_TEST, "the sensor failed its self-test")                                                \
    X(OVERRUN, "samples were lost before they were read")                                          \
    X(BAD_FRAME, "a frame was cut, damaged or of another kind")                                    \
    X(BAD_RECORD, "a record in flash is damaged")                                                  \
    X(FLASH, "the flash could not be written or erased")                                           \
    X(FULL, "there is no room left")                                                               \
    X(LOW_BATTERY, "the battery is low")                                                           \
    X(BATTERY_EMPTY, "the battery is empty: the night ends")

typedef enum {
#define X(name, text) EDGEKIT_##name,
    EDGEKIT_ERRORS(X)
#undef X
        EDGEKIT_ERROR_COUNT
} edgekit_error_t;

#endif

/* adxl345_burst: the ten registers from INT_SOURCE to FIFO_STATUS, read in one transaction. Pure.
 *
 * One transaction holds everything about a sample: before the data, whether samples were lost
 * (reading clears OVERRUN); behind the data, whether the chip still holds what was written to it,
 * and how many samples wait. The step from 0x37 to 0x38 pops the FIFO; FIFO_STATUS is valid 5 us
 * later, and the byte between takes 22 us at 400 kHz. (data sheet, FIFO)
 */
#ifndef ADXL345_BURST_H
#define ADXL345_BURST_H

#include <stdbool.h>
#include <stdint.h>

#include "adxl345_registers.h"
#include "edgekit_sample.h"

#define ADXL345_BURST_BYTES 10u

typedef struct {
    uint8_t int_source;
    uint8_t data_format;
    edgekit_sample_t counts; /* of 1/ADXL345_COUNTS_PER_G g */
    uint8_t fifo_ctl;
    uint8_t fifo_status; /* after this sample was popped */
} adxl345_burst_t;

static inline int16_t adxl345_le16(const uint8_t bytes[2])
{
    return (int16_t)(uint16_t)(bytes[0] | (bytes[1] << 8));
}

/* Decode the six data registers, 0x32 to 0x37, into one sample. (data sheet, table 19) */
static inline edgekit_sample_t adxl345_decode(const uint8_t data[6])
{
    return (edgekit_sample_t){adxl345_le16(data), adxl345_le16(data + 2), adxl345_le16(data + 4)};
}

static inline adxl345_burst_t adxl345_burst(const uint8_t bytes[ADXL345_BURST_BYTES])
{
    return (adxl345_burst_t){
        .int_source = bytes[0],
        .data_format = bytes[1],
        .counts = adxl345_decode(bytes + 2),
        .fifo_ctl = bytes[8],
        .fifo_status = bytes[9],
    };
}

/* Whether the chip held these settings while it was read; after a brown-out it does not. */
static inline bool adxl345_burst_holds(const adxl345_burst_t *burst, uint8_t data_format,
                                       uint8_t fifo_ctl)
{
    return burst->data_format == data_format && burst->fifo_ctl == fifo_ctl;
}

static inline uint8_t adxl345_entries(uint8_t fifo_status)
{
    return fifo_status & ADXL345_FIFO_ENTRIES_MASK;
}

/* Whether samples may have been lost between this one and the one read before it. A loss needs a
 * full FIFO, which this reading leaves one short of full. So a lower level is proof that nothing
 * was lost, whether the chip clears OVERRUN at the first reading or when the FIFO is empty: the
 * data sheet allows both. It also allows OVERRUN to be set by a FIFO that is just full; then a gap
 * is reported where nothing was lost, never the reverse. */
static inline bool adxl345_lost_before(const adxl345_burst_t *burst)
{
    return (burst->int_source & ADXL345_OVERRUN) != 0 &&
           adxl345_entries(burst->fifo_status) + 1u >= ADXL345_FIFO_LEVELS;
}

/* Whether all bytes are ones, as on a line that nothing drives. None of the registers read here is
 * ever all ones. */
static inline bool adxl345_undriven(const uint8_t *bytes, uint32_t count)
{
    uint8_t all = 0xFF;
    for (uint32_t i = 0; i < count; i++) {
        all &= bytes[i];
    }
    return count > 0 && all == 0xFF;
}

/* Whether a reading was cut off: bit 6 of FIFO_STATUS is always 0, and an undriven line is 1. */
static inline bool adxl345_cut(uint8_t fifo_status)
{
    return (fifo_status & ADXL345_FIFO_STATUS_ZERO) != 0;
}

#endif

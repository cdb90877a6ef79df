/* protocol: records in frames, so that a receiver can start anywhere and sees what was lost.
 *
 * A frame is 0x00, COBS of (record, u8 counter, u16 CRC of both), 0x00. The counter is the
 * sender's, one more each frame: a jump in it is the number of frames lost. See
 * docs/protocol.md.
 */
#ifndef EDGEKIT_PROTOCOL_H
#define EDGEKIT_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "cobs.h"
#include "record.h"

#define PROTOCOL_VERSION       2u
#define PROTOCOL_TRAILER_BYTES 3u /* counter and CRC */

/* Upper bound of the bytes of a frame around a record of `bytes`. */
#define PROTOCOL_FRAME_BYTES(bytes) (COBS_BYTES((bytes) + PROTOCOL_TRAILER_BYTES) + 2u)

/* Frame a record; `out` holds PROTOCOL_FRAME_BYTES(bytes). Return the frame's bytes. */
uint32_t protocol_frame(const uint8_t *record, uint32_t bytes, uint8_t counter, uint8_t *out);

/* Start with {0}. All the memory that receiving takes, whatever arrives. */
typedef struct {
    uint8_t record[RECORD_MOST_BYTES + PROTOCOL_TRAILER_BYTES]; /* the trailer stands behind it */
    uint32_t bytes;   /* of the record, after protocol_receive() returned true */
    uint8_t counter;  /* of its frame */
    uint32_t refused; /* frames that were cut, too long or damaged */

    uint32_t held; /* bytes of the frame being received */
    bool begun, too_long;
    cobs_decoder_t cobs;
} protocol_receiver_t;

/* Process one byte from the line. True when it ends a whole frame: its record is then in
 * receiver->record and ->bytes, until the next call. */
bool protocol_receive(protocol_receiver_t *receiver, uint8_t byte);

#endif

/* The line between a wearable and its host: records in frames that find themselves again.
 *
 * A frame is 0x00, COBS of (record, u8 counter, u16 CRC of both), 0x00. The counter is the
 * sender's, one more each frame: a jump in it tells how many frames were lost. See
 * docs/protocol.md.
 */
#ifndef EDGEKIT_PROTOCOL_H
#define EDGEKIT_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "cobs.h"
#include "record.h"

#define PROTOCOL_VERSION       1u
#define PROTOCOL_TRAILER_BYTES 3u /* counter and CRC */

/* The most bytes that a frame around a record of `bytes` takes. */
#define PROTOCOL_FRAME_BYTES(bytes) (COBS_BYTES((bytes) + PROTOCOL_TRAILER_BYTES) + 2u)

/* Frames a record; `out` holds PROTOCOL_FRAME_BYTES(bytes). Gives the frame's bytes. */
uint32_t protocol_frame(const uint8_t *record, uint32_t bytes, uint8_t counter, uint8_t *out);

/* Start with {0}. Whatever comes, it takes this much memory and no more. */
typedef struct {
    uint8_t record[RECORD_MOST_BYTES + PROTOCOL_TRAILER_BYTES]; /* the trailer stands behind it */
    uint32_t bytes;   /* of the record, after protocol_receive said true */
    uint8_t counter;  /* of its frame */
    uint32_t refused; /* frames that were cut, too long or damaged */

    uint32_t held; /* bytes of the frame that is coming in */
    bool begun, too_long;
    cobs_decoder_t cobs;
} protocol_receiver_t;

/* One byte from the line. True when it ends a whole frame: its record is then in
 * receiver->record and ->bytes, until the next call. */
bool protocol_receive(protocol_receiver_t *receiver, uint8_t byte);

#endif

/* line: send records to the host and receive its own, in frames. */
#ifndef EDGEKIT_LINE_H
#define EDGEKIT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

#define LINE_PACKET_BYTES  64u  /* a full packet of USB at full speed */
#define LINE_REFUSED_LIMIT 100u /* frames in a row: nobody listens any longer */

/* Start with {0}. */
typedef struct {
    protocol_receiver_t receiver;
    uint8_t counter;
    uint32_t refused; /* frames in a row that were not sent */
    uint8_t frame[PROTOCOL_FRAME_BYTES(RECORD_MOST_BYTES) + LINE_PACKET_BYTES];
    uint8_t bytes[64];         /* of the last read */
    uint32_t received, parsed; /* how many it holds, and how many of them are parsed */
} line_t;

/* Send a record; false when the line refused it. It is lost then, and the frame counter shows the
 * host the loss. */
bool line_send(line_t *line, const uint8_t *record, uint32_t bytes);

/* Send a record that the caller sends again after a refusal: nothing is lost then, and the counter
 * goes on only once the line has taken the frame. */
bool line_offer(line_t *line, const uint8_t *record, uint32_t bytes);

/* Send a record in a frame that zeros fill up to a multiple of LINE_PACKET_BYTES. The host gets it
 * at once only where a full packet of USB is followed by an empty one. */
bool line_send_filled(line_t *line, const uint8_t *record, uint32_t bytes);

/* Parse waiting bytes; true when they complete a record, which is in line->receiver until the next
 * call. A host is there then, so earlier refusals no longer count. */
bool line_receive(line_t *line);

/* Whether received bytes are not parsed yet; the HAL has no more of them, so they end no sleep. */
bool line_has_input(const line_t *line);

#endif

/* line: records out to the host and in from it, in frames. */
#ifndef EDGEKIT_LINE_H
#define EDGEKIT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

#define LINE_REFUSED_MOST 100u /* frames in a row: nobody listens any more */

/* Start with {0}. */
typedef struct {
    protocol_receiver_t receiver;
    uint8_t counter;
    uint32_t refused; /* frames in a row that the line did not take */
    uint8_t frame[PROTOCOL_FRAME_BYTES(RECORD_MOST_BYTES)];
    uint8_t bytes[64]; /* that came in, and the part of them that was looked at */
    uint32_t came, looked_at;
} line_t;

/* False when the line did not take it; the frame counter then tells the host that one is lost. */
bool line_send(line_t *line, const uint8_t *record, uint32_t bytes);

/* True when a whole record came: it is in line->receiver until the next call. Somebody is there
 * then, and what was refused before no longer counts. */
bool line_receive(line_t *line);

/* Whether bytes came that line_receive has not looked at: no sleep ends by them. */
bool line_holds(const line_t *line);

#endif

#include "line.h"

#include <string.h>

#include "edgekit_hal.h"

/* Write the first bytes of line->frame, which hold a frame. */
static bool write_frame(line_t *line, uint32_t bytes)
{
    const bool is_sent = hal_serial_write(line->frame, bytes);
    line->refused = is_sent ? 0 : line->refused + 1;
    line->counter += is_sent;
    return is_sent;
}

bool line_offer(line_t *line, const uint8_t *record, uint32_t bytes)
{
    return write_frame(line, protocol_frame(record, bytes, line->counter, line->frame));
}

bool line_send_filled(line_t *line, const uint8_t *record, uint32_t bytes)
{
    const uint32_t framed = protocol_frame(record, bytes, line->counter, line->frame);
    const uint32_t filled =
        (framed + LINE_PACKET_BYTES - 1) / LINE_PACKET_BYTES * LINE_PACKET_BYTES;
    memset(line->frame + framed, 0, filled - framed);
    const bool is_sent = write_frame(line, filled);
    line->counter += !is_sent;
    return is_sent;
}

bool line_send(line_t *line, const uint8_t *record, uint32_t bytes)
{
    const bool is_sent = line_offer(line, record, bytes);
    line->counter += !is_sent;
    return is_sent;
}

bool line_receive(line_t *line)
{
    if (line->parsed == line->received) {
        line->parsed = 0;
        line->received = hal_serial_read(line->bytes, sizeof line->bytes);
    }
    while (line->parsed < line->received) {
        if (protocol_receive(&line->receiver, line->bytes[line->parsed++])) {
            line->refused = 0;
            return true;
        }
    }
    return false;
}

bool line_has_input(const line_t *line)
{
    return line->parsed < line->received;
}

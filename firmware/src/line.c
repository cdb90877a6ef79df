#include "line.h"

#include "edgekit_hal.h"

bool line_offer(line_t *line, const uint8_t *record, uint32_t bytes)
{
    const uint32_t framed = protocol_frame(record, bytes, line->counter, line->frame);
    const bool is_sent = hal_serial_write(line->frame, framed);
    line->refused = is_sent ? 0 : line->refused + 1;
    line->counter += is_sent;
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

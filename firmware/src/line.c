#include "line.h"

#include "edgekit_hal.h"

bool line_send(line_t *line, const uint8_t *record, uint32_t bytes)
{
    const uint32_t framed = protocol_frame(record, bytes, line->counter++, line->frame);
    const bool taken = hal_serial_write(line->frame, framed);
    line->refused = taken ? 0 : line->refused + 1;
    return taken;
}

bool line_receive(line_t *line)
{
    if (line->looked_at == line->came) {
        line->looked_at = 0;
        line->came = hal_serial_read(line->bytes, sizeof line->bytes);
    }
    while (line->looked_at < line->came) {
        if (protocol_receive(&line->receiver, line->bytes[line->looked_at++])) {
            line->refused = 0;
            return true;
        }
    }
    return false;
}

bool line_holds(const line_t *line)
{
    return line->looked_at < line->came;
}

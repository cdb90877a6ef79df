#include "dump.h"

void dump_start(dump_t *dump, const store_t *store, uint32_t sequence)
{
    *dump = (dump_t){.running = true, .next = sequence, .end = store->next_sequence};
}

/* False when the line did not take it. What is damaged, or written over by now, is left out. */
static bool send_stored(const store_t *store, line_t *line, uint32_t sequence)
{
    uint8_t stored[RECORD_STORED_MOST], record[RECORD_MOST_BYTES];
    uint32_t bytes = 0;
    if (store_read(store, sequence, stored, sizeof stored, &bytes) != EDGEKIT_OK) {
        return true;
    }
    return line_send(line, record, record_encode_stored(sequence, stored, bytes, record));
}

void dump_step(dump_t *dump, const store_t *store, line_t *line)
{
    if (dump->next < store->first_sequence) {
        dump->next = store->first_sequence;
    }
    bool taken;
    if (dump->next < dump->end) {
        taken = send_stored(store, line, dump->next);
        dump->next += taken;
    } else {
        uint8_t record[RECORD_MOST_BYTES];
        const record_dumped_t dumped = {.next_sequence = dump->end};
        taken = line_send(line, record, record_encode_dumped(&dumped, record));
        dump->running = !taken;
    }
    if (!taken && line->refused >= LINE_REFUSED_MOST) {
        dump->running = false;
    }
}

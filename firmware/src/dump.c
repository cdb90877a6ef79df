#include "dump.h"

void dump_start(dump_t *dump, const store_t *store, uint32_t sequence)
{
    *dump = (dump_t){.running = true, .next = sequence, .end = store->next_sequence};
}

/* Send a stored record; false when the line refused it. One that is damaged, or overwritten by now,
 * is left out. */
static bool send_stored(const store_t *store, line_t *line, uint32_t sequence)
{
    uint8_t stored[RECORD_STORED_MOST], record[RECORD_MOST_BYTES];
    uint32_t bytes = 0;
    if (store_read(store, sequence, stored, sizeof stored, &bytes) != EDGEKIT_OK) {
        return true;
    }
    return line_offer(line, record, record_encode_stored(sequence, stored, bytes, record));
}

void dump_step(dump_t *dump, const store_t *store, line_t *line)
{
    if (dump->next < store->first_sequence) {
        dump->next = store->first_sequence;
    }
    bool is_sent;
    if (dump->next < dump->end) {
        is_sent = send_stored(store, line, dump->next);
        dump->next += is_sent;
    } else {
        uint8_t record[RECORD_MOST_BYTES];
        const record_dumped_t dumped = {.next_sequence = dump->end};
        is_sent = line_offer(line, record, record_encode_dumped(&dumped, record));
        dump->running = !is_sent;
    }
    if (!is_sent && line->refused >= LINE_REFUSED_LIMIT) {
        dump->running = false;
    }
}

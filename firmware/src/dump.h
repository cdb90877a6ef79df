/* dump: send the stored records over the line, one at a time, beside all other work. */
#ifndef EDGEKIT_DUMP_H
#define EDGEKIT_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"
#include "store.h"

/* Start with {0}. */
typedef struct {
    bool running;
    uint32_t next, end; /* sequence numbers */
} dump_t;

/* Begin a dump from this sequence number to the newest record of now. */
void dump_start(dump_t *dump, const store_t *store, uint32_t sequence);

/* Send one more record, or DUMPED after the last. A record that the line refuses is sent again;
 * after LINE_REFUSED_LIMIT refusals the dump ends. */
void dump_step(dump_t *dump, const store_t *store, line_t *line);

#endif

/* dump: the stored records over the line, one at a time, beside everything else. */
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

/* From this sequence number to what is stored now. */
void dump_start(dump_t *dump, const store_t *store, uint32_t sequence);

/* One more record, then DUMPED. A record that the line does not take is sent again, until
 * LINE_REFUSED_MOST were not taken. */
void dump_step(dump_t *dump, const store_t *store, line_t *line);

#endif

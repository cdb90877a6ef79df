/* greeting: who this wearable is, and what its model answers. */
#ifndef EDGEKIT_GREETING_H
#define EDGEKIT_GREETING_H

#include <stdint.h>

#include "journal.h"
#include "line.h"

/* SHA-256 of bundle.json. */
void greeting_bundle_digest(uint8_t digest[32]);

/* A LABEL for each posture and each placement. */
void greeting_send_labels(line_t *line);

void greeting_send_hello(line_t *line, const journal_t *journal, uint32_t next_sample);

#endif

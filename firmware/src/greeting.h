/* greeting: describe this wearable and its model's labels to a host. */
#ifndef EDGEKIT_GREETING_H
#define EDGEKIT_GREETING_H

#include <stdint.h>

#include "journal.h"
#include "line.h"

/* Write the SHA-256 of bundle.json. */
void greeting_bundle_digest(uint8_t digest[32]);

/* Send a LABEL for each posture and each placement. */
void greeting_send_labels(line_t *line);

/* Send HELLO. */
void greeting_send_hello(line_t *line, const journal_t *journal, uint32_t next_sample);

#endif

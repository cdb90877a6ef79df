/* app_check: the self-test's figures that only the board knows (docs/protocol.md, CHECK_BOARD). */
#ifndef EDGEKIT_APP_CHECK_H
#define EDGEKIT_APP_CHECK_H

#include "app.h"

/* Carry out one check, of record_check_kind_t, and send its CHECK; another kind's is not measured.
 * Stored records stay as they are. Samples may be lost meanwhile, as a gap that the next drain
 * reports. */
void app_check_board(app_t *app, uint8_t kind);

#endif

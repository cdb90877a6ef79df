/* listener: whether somebody reads what is streamed.
 *
 * A UART takes bytes whether or not anybody reads them, so a host has to say that it still listens:
 * by any whole frame, now and then (docs/protocol.md). Pure; no line, no clock. */
#ifndef EDGEKIT_LISTENER_H
#define EDGEKIT_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

/* A host sends a frame every 5 minutes, so one may be lost. */
#define LISTENER_PATIENCE_US 600000000u

/* Start with {0}. */
typedef struct {
    uint64_t heard_us; /* when the last whole frame came from the host */
} listener_t;

static inline void listener_heard(listener_t *listener, uint64_t now_us)
{
    listener->heard_us = now_us;
}

static inline bool listener_is_there(const listener_t *listener, uint64_t now_us)
{
    return now_us - listener->heard_us < LISTENER_PATIENCE_US;
}

#endif

/* byte_ring: bytes that wait for a slower line. The counts never wrap to the size, a power of two.
 */
#ifndef EDGEKIT_BYTE_RING_H
#define EDGEKIT_BYTE_RING_H

#include <stdbool.h>
#include <stdint.h>

#define BYTE_RING_BYTES 2048u

/* The most that a DMA takes at once. Its bytes free no room before its end, so a piece must be
 * short beside the 20 ms that hal_serial_write() may wait: 64 bytes are 5.6 ms at 115200 baud, and
 * in 20 ms there is room for 192, a frame of 28 samples. */
#define BYTE_RING_PIECE_BYTES 64u

typedef struct {
    uint8_t bytes[BYTE_RING_BYTES];
    uint32_t put, sent;
} byte_ring_t;

static inline uint32_t byte_ring_waiting(const byte_ring_t *ring)
{
    return ring->put - ring->sent;
}

/* Add bytes, all or none; false when they do not fit. */
static inline bool byte_ring_put(byte_ring_t *ring, const uint8_t *data, uint32_t bytes)
{
    if (bytes > BYTE_RING_BYTES - byte_ring_waiting(ring)) {
        return false;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        ring->bytes[ring->put++ % BYTE_RING_BYTES] = data[i];
    }
    return true;
}

/* Find the oldest bytes that lie in one piece; return how many. */
static inline uint32_t byte_ring_piece(const byte_ring_t *ring, const uint8_t **piece)
{
    const uint32_t at = ring->sent % BYTE_RING_BYTES;
    const uint32_t waiting = byte_ring_waiting(ring);
    *piece = ring->bytes + at;
    return waiting < BYTE_RING_BYTES - at ? waiting : BYTE_RING_BYTES - at;
}

#endif

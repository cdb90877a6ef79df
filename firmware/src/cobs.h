/* COBS: bytes without a zero among them, so that a zero can stand between two frames.
 *
 * Each block starts with a code n: n - 1 bytes follow, and then, unless n is 255 or the frame ends,
 * a zero that is not written. Encoder and decoder work byte by byte and buffer no frame.
 */
#ifndef EDGEKIT_COBS_H
#define EDGEKIT_COBS_H

#include <stdbool.h>
#include <stdint.h>

/* Upper bound of the encoded bytes of `bytes` of data. */
#define COBS_BYTES(bytes) ((bytes) + (bytes) / 254u + 1u)

typedef struct {
    uint8_t *out;
    uint32_t bytes; /* written, with the code of the open block */
    uint32_t code_at;
} cobs_encoder_t;

static inline cobs_encoder_t cobs_encode_start(uint8_t *out)
{
    return (cobs_encoder_t){.out = out, .bytes = 1, .code_at = 0};
}

static inline void cobs_encode(cobs_encoder_t *encoder, uint8_t byte)
{
    if (encoder->bytes - encoder->code_at == 255) { /* the block is full, and more follows */
        encoder->out[encoder->code_at] = 255;
        encoder->code_at = encoder->bytes++;
    }
    if (byte != 0) {
        encoder->out[encoder->bytes++] = byte;
        return;
    }
    encoder->out[encoder->code_at] = (uint8_t)(encoder->bytes - encoder->code_at);
    encoder->code_at = encoder->bytes++;
}

/* Close the last block; return the bytes in `out`. */
static inline uint32_t cobs_encode_end(cobs_encoder_t *encoder)
{
    encoder->out[encoder->code_at] = (uint8_t)(encoder->bytes - encoder->code_at);
    return encoder->bytes;
}

typedef struct {
    uint8_t left; /* bytes of the open block that are still to come */
    bool zero;    /* a zero follows the open block, if the frame goes on */
} cobs_decoder_t;

/* Decode a byte other than zero, after `(cobs_decoder_t){0}` at a frame's start. True when it
 * yields a byte of data in *data. `left` other than 0 at the frame's end: the frame was cut. */
static inline bool cobs_decode(cobs_decoder_t *decoder, uint8_t byte, uint8_t *data)
{
    if (decoder->left > 0) {
        decoder->left--;
        *data = byte;
        return true;
    }
    bool zero = decoder->zero;
    decoder->left = (uint8_t)(byte - 1);
    decoder->zero = byte != 255;
    *data = 0;
    return zero;
}

#endif

#include "protocol.h"

#include "crc16.h"

static uint16_t crc_of(const uint8_t *data, uint32_t bytes)
{
    uint16_t crc = CRC16_START;
    for (uint32_t i = 0; i < bytes; i++)
        crc = crc16_push(crc, data[i]);
    return crc;
}

uint32_t protocol_frame(const uint8_t *record, uint32_t bytes, uint8_t counter, uint8_t *out)
{
    uint16_t crc = crc16_push(crc_of(record, bytes), counter);
    out[0] = 0;
    cobs_encoder_t encoder = cobs_encode_start(out + 1);
    for (uint32_t i = 0; i < bytes; i++)
        cobs_encode(&encoder, record[i]);
    cobs_encode(&encoder, counter);
    cobs_encode(&encoder, (uint8_t)(crc & 0xFF));
    cobs_encode(&encoder, (uint8_t)(crc >> 8));
    uint32_t encoded = cobs_encode_end(&encoder);
    out[1 + encoded] = 0;
    return encoded + 2;
}

/* Whether the bytes since the last delimiter are a whole frame; none at all are not counted as
 * refused. */
static bool end_frame(protocol_receiver_t *receiver)
{
    bool begun = receiver->begun;
    bool whole = begun && !receiver->too_long && receiver->cobs.left == 0 &&
                 receiver->held > PROTOCOL_TRAILER_BYTES;
    if (whole) {
        const uint8_t *trailer = receiver->record + receiver->held - PROTOCOL_TRAILER_BYTES;
        uint16_t crc = (uint16_t)(trailer[1] | trailer[2] << 8);
        whole = crc_of(receiver->record, receiver->held - 2) == crc;
        receiver->bytes = receiver->held - PROTOCOL_TRAILER_BYTES;
        receiver->counter = trailer[0];
    }
    if (begun && !whole)
        receiver->refused++;
    receiver->held = 0;
    receiver->begun = receiver->too_long = false;
    receiver->cobs = (cobs_decoder_t){0};
    return whole;
}

bool protocol_receive(protocol_receiver_t *receiver, uint8_t byte)
{
    if (byte == 0)
        return end_frame(receiver);
    uint8_t data;
    receiver->begun = true;
    if (cobs_decode(&receiver->cobs, byte, &data)) {
        if (receiver->held < sizeof receiver->record)
            receiver->record[receiver->held++] = data;
        else
            receiver->too_long = true;
    }
    return false;
}

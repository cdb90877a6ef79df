/* Any bytes into the receiver, any record into the decoders: nothing is read or written outside,
 * what is decoded encodes to the same bytes, and a good frame is found after whatever came. */
#include <stddef.h>
#include <string.h>

#include "check.h"
#include "protocol.h"

static protocol_receiver_t receiver;

#define DECODE(name, NAME)                                                                         \
    {                                                                                              \
        record_##name##_t value;                                                                   \
        if (record_decode_##name(record, bytes, &value))                                           \
            check_same(record, bytes, again, record_encode_##name(&value, again));                 \
    }

static void check_same(const uint8_t *record, uint32_t bytes, const uint8_t *again, uint32_t count)
{
    /* A text that holds a NUL ends there when it is encoded again. */
    bool has_text = record[0] == RECORD_HELLO || record[0] == RECORD_LABEL;
    CHECK(count == bytes || (has_text && count < bytes));
    CHECK(memcmp(record, again, count) == 0 || has_text);
}

static void decode_all(const uint8_t *record, uint32_t bytes)
{
    uint8_t again[RECORD_MOST_BYTES];
    RECORD_EACH(DECODE)
    DECODE(samples, SAMPLES)
    DECODE(decision, DECISION)
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t record[RECORD_MOST_BYTES], frame[PROTOCOL_FRAME_BYTES(RECORD_MOST_BYTES)];
    uint32_t bytes = size < sizeof record ? (uint32_t)size : (uint32_t)sizeof record;
    decode_all(data, bytes);
    for (size_t i = 0; i < size; i++)
        if (protocol_receive(&receiver, data[i])) {
            CHECK(receiver.bytes > 0 && receiver.bytes <= RECORD_MOST_BYTES);
            decode_all(receiver.record, receiver.bytes);
        }
    if (size == 0)
        return 0;
    memcpy(record, data, bytes);
    uint32_t framed = protocol_frame(record, bytes, data[0], frame);
    CHECK(framed <= PROTOCOL_FRAME_BYTES(bytes));
    CHECK(memchr(frame + 1, 0, framed - 2) == NULL);
    bool found = false;
    for (uint32_t i = 0; i < framed; i++)
        found = protocol_receive(&receiver, frame[i]);
    CHECK(found && receiver.bytes == bytes && receiver.counter == data[0]);
    CHECK(memcmp(receiver.record, record, bytes) == 0);
    return 0;
}

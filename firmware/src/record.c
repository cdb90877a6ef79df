#include "record.h"

#include <string.h>

/* ---- writing fields: each returns where the next one goes */

static uint8_t *put_unsigned(uint8_t *out, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * i));
    return out + bytes;
}

#define PUT_u8(out, value)     put_unsigned(out, value, 1)
#define PUT_u16(out, value)    put_unsigned(out, value, 2)
#define PUT_u32(out, value)    put_unsigned(out, value, 4)
#define PUT_u64(out, value)    put_unsigned(out, value, 8)
#define PUT_i8(out, value)     put_unsigned(out, (uint8_t)(value), 1)
#define PUT_i16(out, value)    put_unsigned(out, (uint16_t)(value), 2)
#define PUT_i32(out, value)    put_unsigned(out, (uint32_t)(value), 4)
#define PUT_id(out, value)     put_bytes(out, value, sizeof(record_id_t))
#define PUT_digest(out, value) put_bytes(out, value, sizeof(record_digest_t))
#define PUT_text(out, value)   put_text(out, value)

static uint8_t *put_bytes(uint8_t *out, const uint8_t *value, uint32_t bytes)
{
    memcpy(out, value, bytes);
    return out + bytes;
}

static uint32_t text_bytes(const char *text)
{
    uint32_t bytes = 0;
    while (bytes < RECORD_TEXT_BYTES && text[bytes] != 0)
        bytes++;
    return bytes;
}

static uint8_t *put_text(uint8_t *out, const char *text)
{
    uint32_t bytes = text_bytes(text);
    *out = (uint8_t)bytes;
    memcpy(out + 1, text, bytes);
    return out + 1 + bytes;
}

/* ---- reading fields: past the end they read as zero, and `whole` becomes false */

typedef struct {
    const uint8_t *at, *end;
    bool whole;
} reader_t;

static reader_t reader_of(const uint8_t *record, uint32_t bytes, record_type_t type)
{
    bool whole = bytes > 0 && record[0] == (uint8_t)type;
    return (reader_t){.at = record + (bytes > 0), .end = record + bytes, .whole = whole};
}

static bool has(reader_t *reader, uint32_t bytes)
{
    if ((uint32_t)(reader->end - reader->at) < bytes)
        reader->whole = false;
    return reader->whole;
}

static uint64_t get_unsigned(reader_t *reader, uint32_t bytes)
{
    uint64_t value = 0;
    if (has(reader, bytes)) {
        for (uint32_t i = 0; i < bytes; i++)
            value |= (uint64_t)reader->at[i] << (8 * i);
        reader->at += bytes;
    }
    return value;
}

static void get_bytes(reader_t *reader, uint8_t *value, uint32_t bytes)
{
    if (has(reader, bytes)) {
        memcpy(value, reader->at, bytes);
        reader->at += bytes;
    }
}

static void get_text(reader_t *reader, char *text)
{
    uint32_t bytes = (uint32_t)get_unsigned(reader, 1);
    if (bytes > RECORD_TEXT_BYTES)
        reader->whole = false;
    if (has(reader, bytes)) {
        memcpy(text, reader->at, bytes);
        text[bytes] = 0;
        reader->at += bytes;
    }
}

#define GET_u8(reader, value)     value = (uint8_t)get_unsigned(reader, 1)
#define GET_u16(reader, value)    value = (uint16_t)get_unsigned(reader, 2)
#define GET_u32(reader, value)    value = (uint32_t)get_unsigned(reader, 4)
#define GET_i32(reader, value)    value = (int32_t)get_unsigned(reader, 4)
#define GET_u64(reader, value)    value = get_unsigned(reader, 8)
#define GET_i8(reader, value)     value = (int8_t)get_unsigned(reader, 1)
#define GET_i16(reader, value)    value = (int16_t)get_unsigned(reader, 2)
#define GET_id(reader, value)     get_bytes(reader, value, sizeof(record_id_t))
#define GET_digest(reader, value) get_bytes(reader, value, sizeof(record_digest_t))
#define GET_text(reader, value)   get_text(reader, value)

/* ---- records of fixed fields */

#define PUT_FIELD(kind, name) at = PUT_##kind(at, value->name);
#define GET_FIELD(kind, name) GET_##kind(&reader, value->name);
#define DEFINE(name, NAME)                                                                         \
    uint32_t record_encode_##name(const record_##name##_t *value, uint8_t *out)                    \
    {                                                                                              \
        uint8_t *at = PUT_u8(out, RECORD_##NAME);                                                  \
        RECORD_##NAME##_FIELDS(PUT_FIELD) return (uint32_t)(at - out);                             \
    }                                                                                              \
    bool record_decode_##name(const uint8_t *record, uint32_t bytes, record_##name##_t *value)     \
    {                                                                                              \
        reader_t reader = reader_of(record, bytes, RECORD_##NAME);                                 \
        RECORD_##NAME##_FIELDS(GET_FIELD) return reader.whole && reader.at == reader.end;          \
    }
RECORD_EACH(DEFINE)

/* ---- records of variable length */

uint32_t record_encode_samples(const record_samples_t *value, uint8_t *out)
{
    uint32_t count = value->count < RECORD_SAMPLES_MOST ? value->count : RECORD_SAMPLES_MOST;
    uint8_t *at = PUT_u8(out, RECORD_SAMPLES);
    at = PUT_u32(at, value->first_sample);
    at = PUT_u64(at, value->time_us);
    at = PUT_u8(at, count);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t axis = 0; axis < 3; axis++)
            at = PUT_i16(at, value->counts[i][axis]);
    return (uint32_t)(at - out);
}

bool record_decode_samples(const uint8_t *record, uint32_t bytes, record_samples_t *value)
{
    reader_t reader = reader_of(record, bytes, RECORD_SAMPLES);
    GET_u32(&reader, value->first_sample);
    GET_u64(&reader, value->time_us);
    GET_u8(&reader, value->count);
    if (value->count == 0 || value->count > RECORD_SAMPLES_MOST)
        return false;
    for (uint32_t i = 0; i < value->count; i++)
        for (uint32_t axis = 0; axis < 3; axis++)
            GET_i16(&reader, value->counts[i][axis]);
    return reader.whole && reader.at == reader.end;
}

uint32_t record_encode_decision(const record_decision_t *value, uint8_t *out)
{
    uint32_t logits = value->logits < RECORD_LOGITS_MOST ? value->logits : RECORD_LOGITS_MOST;
    uint8_t *at = PUT_u8(out, RECORD_DECISION);
    at = PUT_u32(at, value->first_sample);
    at = PUT_u8(at, value->posture);
    at = PUT_u8(at, value->placement);
    at = PUT_u8(at, value->posture_confidence);
    at = PUT_u8(at, value->placement_confidence);
    memcpy(at, value->logit, logits);
    return (uint32_t)(at - out) + logits;
}

bool record_decode_decision(const uint8_t *record, uint32_t bytes, record_decision_t *value)
{
    reader_t reader = reader_of(record, bytes, RECORD_DECISION);
    GET_u32(&reader, value->first_sample);
    GET_u8(&reader, value->posture);
    GET_u8(&reader, value->placement);
    GET_u8(&reader, value->posture_confidence);
    GET_u8(&reader, value->placement_confidence);
    uint32_t logits = (uint32_t)(reader.end - reader.at);
    if (!reader.whole || logits > RECORD_LOGITS_MOST)
        return false;
    value->logits = (uint8_t)logits;
    memcpy(value->logit, reader.at, logits);
    return true;
}

uint32_t record_encode_stored(uint32_t sequence, const uint8_t *record, uint32_t bytes,
                              uint8_t *out)
{
    uint8_t *at = PUT_u8(out, RECORD_STORED);
    at = PUT_u32(at, sequence);
    bytes = bytes < RECORD_STORED_MOST ? bytes : RECORD_STORED_MOST;
    return (uint32_t)(put_bytes(at, record, bytes) - out);
}

void record_set_text(record_text_t field, const char *text)
{
    uint32_t bytes = text_bytes(text);
    memcpy(field, text, bytes);
    field[bytes] = 0;
}

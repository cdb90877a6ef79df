#include "greeting.h"

#include "edgekit_bundle.h"
#include "edgekit_hal.h"
#include "model.h"
#include "sensor_chip.h"

static const char *const postures[EDGEKIT_MODEL_POSTURES] = {EDGEKIT_MODEL_POSTURE_NAMES};
static const char *const placements[EDGEKIT_MODEL_PLACEMENTS] = {EDGEKIT_MODEL_PLACEMENT_NAMES};

static uint8_t nibble(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void greeting_bundle_digest(uint8_t digest[32])
{
    static const char hex[] = EDGEKIT_BUNDLE_DIGEST;
    _Static_assert(sizeof hex == 65, "a SHA-256 has 64 digits");
    for (uint32_t i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
}

static void send_names(line_t *line, uint8_t head, const char *const *names, uint8_t count)
{
    uint8_t record[RECORD_MOST_BYTES];
    for (uint8_t index = 0; index < count; index++) {
        record_label_t label = {.head = head, .index = index};
        record_set_text(label.name, names[index]);
        (void)line_send(line, record, record_encode_label(&label, record));
    }
}

void greeting_send_labels(line_t *line)
{
    send_names(line, 0, postures, EDGEKIT_MODEL_POSTURES);
    send_names(line, 1, placements, EDGEKIT_MODEL_PLACEMENTS);
}

void greeting_send_hello(line_t *line, const journal_t *journal, uint32_t next_sample)
{
    uint8_t record[RECORD_MOST_BYTES];
    record_hello_t hello = {
        .protocol_version = PROTOCOL_VERSION,
        .rate_mhz = EDGEKIT_MODEL_RATE_MHZ,
        .window = EDGEKIT_MODEL_WINDOW,
        .hop = EDGEKIT_MODEL_HOP,
        .counts_per_g = SENSOR_COUNTS_PER_G,
        .posture_scale_bits = EDGEKIT_MODEL_POSTURE_SCALE_BITS,
        .posture_zero_point = EDGEKIT_MODEL_POSTURE_ZERO_POINT,
        .placement_scale_bits = EDGEKIT_MODEL_PLACEMENT_SCALE_BITS,
        .placement_zero_point = EDGEKIT_MODEL_PLACEMENT_ZERO_POINT,
        .postures = EDGEKIT_MODEL_POSTURES,
        .placements = EDGEKIT_MODEL_PLACEMENTS,
        .boot_count = journal->boot.boot_count,
        .time_us = hal_time_us(),
        .next_sample = next_sample,
        .stored_first = journal->store.first_sequence,
        .stored_next = journal->store.next_sequence,
        .features = (uint16_t)(hal_features |
                               (journal->settings.has_mounting != 0 ? HAL_FEATURE_MOUNTING : 0)),
    };
    record_set_text(hello.board, hal_board_name);
    record_set_text(hello.firmware_version, EDGEKIT_FIRMWARE_VERSION);
    record_set_text(hello.bundle_name, EDGEKIT_BUNDLE_NAME);
    record_set_text(hello.domain, EDGEKIT_MODEL_DOMAIN);
    greeting_bundle_digest(hello.bundle_digest);
    hal_device_id(hello.device_id);
    (void)line_send(line, record, record_encode_hello(&hello, record));
}

/* record: the wearable's messages, in flash and on the line: one byte of type, then the fields
 * below in their order, little-endian, without padding. docs/protocol.md says the same in words.
 *
 * Each list defines a struct record_<name>_t, record_encode_<name> and record_decode_<name>.
 */
#ifndef EDGEKIT_RECORD_H
#define EDGEKIT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define RECORD_MOST_BYTES   255u
#define RECORD_TEXT_BYTES   40u /* of a text; longer ones are cut */
#define RECORD_SAMPLES_MOST 40u
#define RECORD_LOGITS_MOST  64u /* of both heads together */
#define RECORD_STORED_MOST  (RECORD_MOST_BYTES - 5u)
#define RECORD_ERASE_MAGIC  0x45534152u /* "RASE" */

#define RECORD_BOUT_COUNTS_PER_G 2048 /* of a bout's means */

typedef enum {
    RECORD_HELLO = 1,
    RECORD_SAMPLES,
    RECORD_DECISION,
    RECORD_EVENT,
    RECORD_HEALTH,
    RECORD_BOOT,
    RECORD_FAULT,
    RECORD_BOUT,
    RECORD_CLOCK,
    RECORD_STORED,
    RECORD_DUMPED,
    RECORD_LABEL,
    RECORD_MOUNTING,
    RECORD_ALARM,
    RECORD_CHECK,
    RECORD_THERAPY,
    RECORD_GREET = 64, /* from here on: the host to the device */
    RECORD_SET_CLOCK,
    RECORD_STREAM,
    RECORD_DUMP,
    RECORD_ERASE,
    RECORD_RESET,
    RECORD_SELF_TEST,
    RECORD_SET_MOUNTING,
    RECORD_SET_THERAPY,
    RECORD_CHECK_BOARD,
} record_type_t;

typedef enum {
    RECORD_RESET_ANEW,
    RECORD_RESET_BOOT_LOADER,
} record_reset_mode_t;

/* What CHECK_BOARD asks for. Beside each, the unit of its CHECK's value. */
typedef enum {
    RECORD_CHECK_CLOCK,    /* us: the low 31 bits of the device's clock */
    RECORD_CHECK_SENSOR,   /* address * 256 + the identity that the chip there reports */
    RECORD_CHECK_BUS,      /* failed of RECORD_CHECK_TRANSFERS transfers; both lines are free */
    RECORD_CHECK_FLASH,    /* us that erasing a page took */
    RECORD_CHECK_LINE,     /* bytes of the packet that it is sent in */
    RECORD_CHECK_WINDOW,   /* us: the longest that a window took since the start */
    RECORD_CHECK_STACK,    /* bytes that were never used since the start */
    RECORD_CHECK_RESET,    /* hal_reset_cause_t of the last start */
    RECORD_CHECK_WATCHDOG, /* ms that it did not reset the device in; a reset is no answer */
    RECORD_CHECK_MOTOR,    /* ms that the motor runs from now on */
    RECORD_CHECK_HEALTH,   /* answered by HEALTH */
} record_check_kind_t;

#define RECORD_CHECK_TRANSFERS 64
#define RECORD_NOT_MEASURED    255u /* in place of a CHECK's error; its value is 0 */

/* The kinds of field. A text is a u8 of its bytes and the bytes; in memory it ends with a NUL. */
typedef uint8_t record_u8_t;
typedef uint16_t record_u16_t;
typedef uint32_t record_u32_t;
typedef uint64_t record_u64_t;
typedef int8_t record_i8_t;
typedef int16_t record_i16_t;
typedef int32_t record_i32_t;
typedef uint8_t record_id_t[8];
typedef uint8_t record_digest_t[32];
typedef char record_text_t[RECORD_TEXT_BYTES + 1];

/* Answers GREET, after a LABEL for each posture, then for each placement. */
#define RECORD_HELLO_FIELDS(X)                                                                     \
    X(u8, protocol_version)                                                                        \
    X(text, board)                                                                                 \
    X(text, firmware_version)                                                                      \
    X(text, bundle_name)                                                                           \
    X(digest, bundle_digest) /* SHA-256 of bundle.json */                                          \
    X(id, device_id)                                                                               \
    X(text, domain)                                                                                \
    X(u32, rate_mhz)                                                                               \
    X(u16, window)                                                                                 \
    X(u16, hop)                                                                                    \
    X(u16, counts_per_g)                                                                           \
    X(u32, posture_scale_bits) /* of the logits: IEEE-754 binary32 */                              \
    X(i8, posture_zero_point)                                                                      \
    X(u32, placement_scale_bits)                                                                   \
    X(i8, placement_zero_point)                                                                    \
    X(u8, postures)                                                                                \
    X(u8, placements)                                                                              \
    X(u32, boot_count)                                                                             \
    X(u64, time_us)     /* the device's clock, now */                                              \
    X(u32, next_sample) /* the index that the next sample gets */                                  \
    X(u32, stored_first)                                                                           \
    X(u32, stored_next)                                                                            \
    X(u16, features) /* HAL_FEATURE_..., of edgekit_hal.h */

#define RECORD_LABEL_FIELDS(X)                                                                     \
    X(u8, head) /* 0 posture, 1 placement */                                                       \
    X(u8, index)                                                                                   \
    X(text, name)

#define RECORD_EVENT_FIELDS(X)                                                                     \
    X(u64, time_us)                                                                                \
    X(u32, next_sample)                                                                            \
    X(u8, error) /* edgekit_error_t */                                                             \
    X(u32, detail)

/* Counted since boot; the last three are of now. */
#define RECORD_HEALTH_FIELDS(X)                                                                    \
    X(u64, time_us)                                                                                \
    X(u32, next_sample)                                                                            \
    X(u32, nacks)                                                                                  \
    X(u32, timeouts)                                                                               \
    X(u32, bus_recoveries)                                                                         \
    X(u32, overruns)                                                                               \
    X(u32, register_losses)                                                                        \
    X(u32, frozen)                                                                                 \
    X(u32, reinitialisations)                                                                      \
    X(u32, samples)                                                                                \
    X(u16, battery_mv)  /* 0: not measured */                                                      \
    X(u8, clock_source) /* hal_clock_source_t */                                                   \
    X(u8, listener)     /* 0 unknown, 1 nobody, 2 somebody */

#define RECORD_BOOT_FIELDS(X)                                                                      \
    X(u32, boot_count)                                                                             \
    X(u8, reset_cause)  /* hal_reset_cause_t */                                                    \
    X(id, bundle_start) /* the first 8 bytes of the bundle's digest */

/* hal_post_mortem_t of the run before. */
#define RECORD_FAULT_FIELDS(X)                                                                     \
    X(u32, pc)                                                                                     \
    X(u32, lr)                                                                                     \
    X(u32, psr)                                                                                    \
    X(u32, fault_status)                                                                           \
    X(u32, fault_address)

/* Windows in a row with equal decisions. */
#define RECORD_BOUT_FIELDS(X)                                                                      \
    X(u32, first_sample) /* of its first window */                                                 \
    X(u64, time_us)      /* of that sample */                                                      \
    X(u16, windows)                                                                                \
    X(u8, posture)                                                                                 \
    X(u8, placement)                                                                               \
    X(u8, posture_confidence) /* mean, of 255 */                                                   \
    X(u8, placement_confidence)                                                                    \
    X(i16, mean_x) /* of its samples, 1/RECORD_BOUT_COUNTS_PER_G g */                              \
    X(i16, mean_y)                                                                                 \
    X(i16, mean_z)

/* The device's clock at the moment of a host's SET_CLOCK. */
#define RECORD_CLOCK_FIELDS(X)                                                                     \
    X(u64, time_us)                                                                                \
    X(u64, utc_us) /* since 1970-01-01 */

/* mounting_t: the matrix row by row, then the offsets. */
#define RECORD_MOUNTING_FIELDS(X)                                                                  \
    X(u8, is_kept) /* 0: none, and the rest is 0 */                                                \
    X(i16, xx)                                                                                     \
    X(i16, xy)                                                                                     \
    X(i16, xz)                                                                                     \
    X(i16, yx)                                                                                     \
    X(i16, yy)                                                                                     \
    X(i16, yz)                                                                                     \
    X(i16, zx)                                                                                     \
    X(i16, zy)                                                                                     \
    X(i16, zz)                                                                                     \
    X(i32, offset_x)                                                                               \
    X(i32, offset_y)                                                                               \
    X(i32, offset_z)

/* A vibration, or one that a baseline night held back; again when the response is known. */
#define RECORD_ALARM_FIELDS(X)                                                                     \
    X(u64, time_us) /* of the end of the window that it was decided on */                          \
    X(u16, attempt)                                                                                \
    X(u8, level)                                                                                   \
    X(u8, strength)     /* percent; 0 in a baseline night */                                       \
    X(u32, response_ms) /* until the back was left; 2^32 - 1: not yet, or never */

/* A figure of the self-test. */
#define RECORD_CHECK_FIELDS(X)                                                                     \
    X(u8, kind)  /* record_check_kind_t */                                                         \
    X(u8, error) /* edgekit_error_t, or RECORD_NOT_MEASURED */                                     \
    X(i32, value)

/* therapy_mode_t and therapy_policy_t. */
#define RECORD_THERAPY_FIELDS(X)                                                                   \
    X(u8, mode)                                                                                    \
    X(u32, after_ms)                                                                               \
    X(u32, delay_ms)                                                                               \
    X(u32, every_ms)                                                                               \
    X(u32, pause_ms)

#define RECORD_SET_MOUNTING_FIELDS RECORD_MOUNTING_FIELDS
#define RECORD_SET_THERAPY_FIELDS  RECORD_THERAPY_FIELDS

#define RECORD_DUMPED_FIELDS(X)      X(u32, next_sequence)
#define RECORD_SET_CLOCK_FIELDS(X)   X(u64, utc_us)
#define RECORD_STREAM_FIELDS(X)      X(u8, on)
#define RECORD_DUMP_FIELDS(X)        X(u32, sequence)
#define RECORD_ERASE_FIELDS(X)       X(u32, magic) /* RECORD_ERASE_MAGIC */
#define RECORD_RESET_FIELDS(X)       X(u8, mode)   /* record_reset_mode_t */
#define RECORD_CHECK_BOARD_FIELDS(X) X(u8, kind)   /* record_check_kind_t */

#define RECORD_EACH(X)                                                                             \
    X(hello, HELLO)                                                                                \
    X(label, LABEL)                                                                                \
    X(event, EVENT)                                                                                \
    X(health, HEALTH)                                                                              \
    X(boot, BOOT)                                                                                  \
    X(fault, FAULT)                                                                                \
    X(bout, BOUT)                                                                                  \
    X(clock, CLOCK)                                                                                \
    X(dumped, DUMPED)                                                                              \
    X(mounting, MOUNTING)                                                                          \
    X(alarm, ALARM)                                                                                \
    X(check, CHECK)                                                                                \
    X(therapy, THERAPY)                                                                            \
    X(set_mounting, SET_MOUNTING)                                                                  \
    X(set_therapy, SET_THERAPY)                                                                    \
    X(set_clock, SET_CLOCK)                                                                        \
    X(stream, STREAM)                                                                              \
    X(dump, DUMP)                                                                                  \
    X(erase, ERASE)                                                                                \
    X(reset, RESET)                                                                                \
    X(check_board, CHECK_BOARD)

#define RECORD_MEMBER(kind, name) record_##kind##_t name;
#define RECORD_DECLARE(name, NAME)                                                                 \
    typedef struct {                                                                               \
        RECORD_##NAME##_FIELDS(RECORD_MEMBER)                                                      \
    } record_##name##_t;                                                                           \
    /* Encode into `out`, of RECORD_MOST_BYTES; return the record's bytes. */                      \
    uint32_t record_encode_##name(const record_##name##_t *value, uint8_t *out);                   \
    /* Decode; false when the bytes are not exactly such a record. */                              \
    bool record_decode_##name(const uint8_t *record, uint32_t bytes, record_##name##_t *value);
RECORD_EACH(RECORD_DECLARE)
#undef RECORD_DECLARE

/* Samples in a row: first_sample, time_us, u8 count, then x y z of each. */
typedef struct {
    uint32_t first_sample; /* counted since boot, lost ones not included */
    uint64_t time_us;      /* when they were read, and the last of them was new */
    uint8_t count;         /* 1..RECORD_SAMPLES_MOST */
    int16_t counts[RECORD_SAMPLES_MOST][3];
} record_samples_t;
uint32_t record_encode_samples(const record_samples_t *value, uint8_t *out);
bool record_decode_samples(const uint8_t *record, uint32_t bytes, record_samples_t *value);

/* The decision on one window: four bytes, then the int8 logits, to the record's end. */
typedef struct {
    uint32_t first_sample;
    uint8_t posture, placement;                       /* smoothed */
    uint8_t posture_confidence, placement_confidence; /* of 255 */
    uint8_t logits;                                   /* both heads' count; not sent */
    int8_t logit[RECORD_LOGITS_MOST];                 /* the posture head's, then the placement's */
} record_decision_t;
uint32_t record_encode_decision(const record_decision_t *value, uint8_t *out);
bool record_decode_decision(const uint8_t *record, uint32_t bytes, record_decision_t *value);

/* An element of a dump: u32 sequence, then a stored record of at most RECORD_STORED_MOST bytes. */
uint32_t record_encode_stored(uint32_t sequence, const uint8_t *record, uint32_t bytes,
                              uint8_t *out);

/* Fill in a text field; a text longer than RECORD_TEXT_BYTES is cut. */
void record_set_text(record_text_t field, const char *text);

#endif

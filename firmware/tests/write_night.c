/* Write to stdout what a wearable sends in N samples of an invented night. Host only. */
#include <stdio.h>
#include <stdlib.h>

#include "protocol.h"

static void write_record(const uint8_t *record, uint32_t bytes)
{
    static uint8_t counter;
    uint8_t frame[PROTOCOL_FRAME_BYTES(RECORD_MOST_BYTES)];
    const uint32_t framed = protocol_frame(record, bytes, counter++, frame);
    (void)fwrite(frame, 1, framed, stdout);
}

static void write_samples(uint32_t first)
{
    uint8_t record[RECORD_MOST_BYTES];
    record_samples_t samples = {.first_sample = first, .time_us = 20000u * (first + 15u)};
    samples.count = 16;
    for (uint32_t i = 0; i < 16; i++)
        for (uint32_t axis = 0; axis < 3; axis++)
            samples.counts[i][axis] = (int16_t)((first + i) * (axis + 1) % 512 - 256);
    write_record(record, record_encode_samples(&samples, record));
}

static void write_decision(uint32_t first)
{
    uint8_t record[RECORD_MOST_BYTES];
    record_decision_t decision = {.first_sample = first, .logits = 15};
    decision.posture = (uint8_t)(first / 60 % 12);
    decision.placement = (uint8_t)(first / 60 % 3);
    decision.posture_confidence = (uint8_t)first;
    decision.placement_confidence = 255;
    for (uint32_t i = 0; i < 15; i++)
        decision.logit[i] = (int8_t)(i == decision.posture || i == 14 ? 100 : -100);
    write_record(record, record_encode_decision(&decision, record));
}

int main(int count, char **words)
{
    uint32_t most = count > 1 ? (uint32_t)strtoul(words[1], NULL, 10) : 0, window = 0;
    for (uint32_t first = 0; first + 16 <= most; first += 16) {
        write_samples(first);
        for (; window + 100 <= first + 16; window += 60)
            write_decision(window);
    }
    return 0;
}

/* The power is cut at every step of setting, of erasing and of a ring that goes round: the settings
 * are those before or those after, whole. Ends with 0 and one line of counts. */
#include <string.h>

#include "check.h"
#include "journal.h"
#include "store_flash.h"

#define PAGES 3u

enum { SET, ERASE, APPEND, OPERATIONS };

static journal_t journal;
static const uint8_t digest[32];
static uint32_t cuts, after, before;

hal_reset_cause_t hal_reset_cause(void)
{
    return HAL_RESET_POWER;
}

/* Settings that are told apart by their number. */
static settings_t settings_of(uint32_t number)
{
    settings_t settings = {0};
    (void)settings_repair(&settings);
    settings.has_mounting = 1;
    settings.mounting = (mounting_t){
        .matrix = {{MOUNTING_ONE, 0, 0}, {0, MOUNTING_ONE, 0}, {0, 0, MOUNTING_ONE}},
        .offset = {(int32_t)number, -(int32_t)number, 7},
    };
    settings.mode = THERAPY_SUPINE;
    settings.policy.after_ms = 1000 * number;
    return settings;
}

static edgekit_error_t operate(uint32_t operation, uint32_t number)
{
    const settings_t settings = settings_of(number);
    const uint8_t record[200] = {0xAB};
    switch (operation) {
    case SET:
        return journal_set(&journal, &settings);
    case ERASE:
        return journal_erase(&journal);
    default:
        return journal_store(&journal, record, sizeof record);
    }
}

static bool are(const settings_t *settings, uint32_t number)
{
    const settings_t expected = settings_of(number);
    return memcmp(settings, &expected, sizeof expected) == 0;
}

static void open_journal(void)
{
    flash_power_on(FLASH_NEVER, 1);
    CHECK(journal_open(&journal, digest) == EDGEKIT_OK);
    CHECK(!journal.settings_damaged);
}

/* Cut the operation at each of its steps, and start again; `number` is set by a SET. */
static void cut_everywhere(uint32_t operation, uint32_t kept, uint32_t number)
{
    static uint32_t seed;
    const flash_t flash_before = flash;
    const journal_t journal_before = journal;
    flash_power_on(FLASH_NEVER, 1);
    CHECK(operate(operation, number) == EDGEKIT_OK);
    const uint32_t steps = flash.steps;
    const flash_t flash_done = flash;
    const journal_t journal_done = journal;
    for (uint32_t step = 0; step < steps; step++) {
        flash = flash_before;
        journal = journal_before;
        flash_power_on(step, ++seed);
        CHECK(operate(operation, number) != EDGEKIT_OK);
        CHECK(are(&journal.settings, kept)); /* what runs on is what was kept */
        cuts++;
        open_journal();
        const bool is_after = operation == SET && are(&journal.settings, number);
        CHECK(is_after || are(&journal.settings, kept));
        after += is_after;
        before += !is_after;
    }
    flash = flash_done;
    journal = journal_done;
}

int main(void)
{
    uint32_t kept = 1;
    flash_blank(PAGES);
    open_journal();
    CHECK(journal.settings.has_mounting == 0 && journal.settings.mode == THERAPY_OFF);
    CHECK(operate(SET, kept) == EDGEKIT_OK);
    for (uint32_t round = 0; round < 24; round++) {
        const uint32_t operation = round % 7 == 0 ? SET : round % 11 == 0 ? ERASE : APPEND;
        cut_everywhere(operation, kept, kept + 1);
        kept += operation == SET;
        CHECK(are(&journal.settings, kept));
    }
    printf("%u cuts, %u with the new settings, %u with those before\n", cuts, after, before);
    return 0;
}

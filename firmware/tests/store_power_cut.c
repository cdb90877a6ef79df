/* The power is cut at every step of several sequences of operations, and at every step of what
 * follows the cut. Ends with 0 and one line of counts when the store kept its promise each time.
 *
 * A word is written once, and a second time where a cut may have fallen in it; a third only where a
 * second cut fell in the same word. */
#include <string.h>

#include "check.h"
#include "store.h"
#include "store_flash.h"

_Static_assert(sizeof(store_t) <= 64 + 4 * STORE_MARK_WORDS, "all the RAM that the store needs");

#define MOST_RECORDS 4096u
#define ERASE        0u /* as an operation; any other is an append of so many bytes */

static struct {
    uint8_t bytes, salt;
} written[MOST_RECORDS]; /* by sequence number; what was last tried under it */
static uint32_t cuts, records_read;
static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static void fill(uint32_t sequence, uint8_t *record)
{
    for (uint32_t i = 0; i < written[sequence].bytes; i++) {
        /* now and then a run of 0xFF, as a blank word has */
        record[i] =
            (uint8_t)(i / 8 % 3 == 1 ? 0xFF : sequence * 31 + i * 7 + written[sequence].salt);
    }
}

static edgekit_error_t operate(store_t *store, uint32_t operation)
{
    static uint8_t salt;
    uint8_t record[STORE_RECORD_MOST_BYTES];
    if (operation == ERASE) {
        return store_erase(store);
    }
    CHECK(store->next_sequence < MOST_RECORDS);
    written[store->next_sequence].bytes = (uint8_t)operation;
    written[store->next_sequence].salt = salt++;
    fill(store->next_sequence, record);
    return store_append(store, record, operation);
}

static void check_record(const store_t *store, uint32_t sequence, bool may_be_damaged)
{
    uint8_t seen[STORE_RECORD_MOST_BYTES], expected[STORE_RECORD_MOST_BYTES];
    uint32_t bytes;
    const edgekit_error_t error = store_read(store, sequence, seen, sizeof seen, &bytes);
    records_read++;
    if (may_be_damaged && error == EDGEKIT_BAD_RECORD) {
        return;
    }
    fill(sequence, expected);
    CHECK(error == EDGEKIT_OK && bytes == written[sequence].bytes);
    CHECK(memcmp(seen, expected, bytes) == 0);
}

/* Every record from `whole_from` on is there; those before may be of a page half erased. Without
 * `all`, the oldest and newest ones and a few between. */
static void check_records(const store_t *store, uint32_t whole_from, bool all)
{
    for (uint32_t s = store->first_sequence; s < store->next_sequence; s++) {
        if (all || s < store->first_sequence + 3 || s + 8 >= store->next_sequence ||
            random_below(16) == 0) {
            check_record(store, s, s < whole_from);
        }
    }
}

/* The oldest record that is left when the page of the next epoch is recycled. */
static uint32_t first_after_recycling(const store_t *store)
{
    const flash_t flash_before = flash;
    const uint32_t page = (store->epoch + 1) % flash.pages;
    store_t without = {0};
    memset(flash.bytes + page * HAL_FLASH_PAGE_BYTES, 0xFF, HAL_FLASH_PAGE_BYTES);
    CHECK(store_open(&without) == EDGEKIT_OK);
    flash = flash_before;
    return without.first_sequence;
}

/* Cuts the operation at each of its steps, and `again` times what follows a cut; then does it. */
static void cut_everywhere(store_t *store, uint32_t operation, uint32_t again, bool cut_before)
{
    static uint32_t seed;
    const flash_t flash_before = flash;
    const store_t before = *store;
    const uint32_t oldest_left = first_after_recycling(store);
    flash_power_on(FLASH_NEVER, 1);
    CHECK(operate(store, operation) == EDGEKIT_OK);
    const flash_t flash_done = flash;
    const store_t done = *store;
    const uint8_t salt = written[before.next_sequence].salt;
    const bool recycles = done.epoch != before.epoch;

    for (uint32_t step = 0; step < flash_done.steps; step++) {
        flash = flash_before;
        *store = before;
        flash_power_on(step, ++seed);
        CHECK(operate(store, operation) != EDGEKIT_OK);
        cuts++;

        flash_power_on(FLASH_NEVER, 1);
        CHECK(store_open(store) == EDGEKIT_OK);
        CHECK(flash.steps == 0);
        CHECK(store->next_sequence == before.next_sequence ||
              store->next_sequence == done.next_sequence);
        CHECK(store->first_sequence == before.first_sequence ||
              store->first_sequence == done.first_sequence ||
              (recycles && store->first_sequence == oldest_left));
        CHECK(store->damaged == 0);
        check_records(store, recycles ? oldest_left : 0, step % 16 == 0);

        if (again > 0) {
            cut_everywhere(store, 5, again - 1, true);
        } else {
            CHECK(operate(store, 1 + random_below(40)) == EDGEKIT_OK);
            check_record(store, store->next_sequence - 1, false);
            CHECK(flash.most_writes <= (cut_before ? 3 : 2));
        }
    }
    flash = flash_done;
    *store = done;
    written[before.next_sequence].bytes = (uint8_t)operation;
    written[before.next_sequence].salt = salt;
}

/* A fresh flash, filled until `turns` turns of the ring are done; every operation is cut. */
static void run(uint32_t pages, uint32_t turns, uint32_t most_bytes, uint32_t again)
{
    store_t store;
    flash_blank(pages);
    CHECK(store_open(&store) == EDGEKIT_OK);
    while (store.epoch + 1 < turns * pages + 1 || store.epoch + 1 == 0) {
        const bool erases = random_below(100) == 0;
        cut_everywhere(&store, erases ? ERASE : 1 + random_below(most_bytes), again, false);
    }
    check_records(&store, 0, true);
}

int main(void)
{
    run(3, 2, 255, 0);
    run(2, 2, 60, 0);
    run(2, 1, 255, 1);
    printf("%u cuts, %u records read\n", cuts, records_read);
    return 0;
}

/* The store over a flash that holds anything, with power cuts and turned bits in between. Nothing
 * is to crash, and a record that is read is one that was tried under its number, unharmed (or one
 * that the flash held before).
 *
 *     input: pages  operation value  operation value ...  0xFF  contents of the flash ... */
#include <stddef.h>
#include <string.h>

#include "check.h"
#include "store.h"
#include "store_flash.h"

#define MOST_OPERATIONS 128u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    uint32_t sequence, bytes;
    uint8_t value;
} tried[MOST_OPERATIONS];
static uint32_t tried_count;
static bool began_empty;

static void append(store_t *store, uint32_t bytes, uint8_t value)
{
    uint8_t record[256];
    const uint32_t sequence = store->next_sequence;
    memset(record, value, sizeof record);
    tried[tried_count].sequence = sequence;
    tried[tried_count].bytes = bytes;
    tried[tried_count++].value = value;
    if (store_append(store, record, bytes) == EDGEKIT_OK) {
        CHECK(bytes > 0 && bytes <= STORE_RECORD_MOST_BYTES);
        CHECK(store->next_sequence == sequence + 1);
    }
}

static bool was_tried(uint32_t sequence, const uint8_t *record, uint32_t bytes)
{
    for (uint32_t i = 0; i < tried_count; i++) {
        if (tried[i].sequence == sequence && tried[i].bytes == bytes &&
            tried[i].value == record[0] && memcmp(record, record + 1, bytes - 1) == 0) {
            return true;
        }
    }
    return false;
}

/* With `unharmed`, every record in the store's range is there. */
static void read_back(const store_t *store, bool unharmed)
{
    uint8_t record[STORE_RECORD_MOST_BYTES];
    CHECK(store->first_sequence <= store->next_sequence);
    for (uint32_t i = 0; i < tried_count; i++) {
        const uint32_t sequence = tried[i].sequence;
        uint32_t bytes;
        const edgekit_error_t error = store_read(store, sequence, record, sizeof record, &bytes);
        CHECK(bytes <= sizeof record && (bytes > 0) == (error == EDGEKIT_OK));
        CHECK(error != EDGEKIT_OK || !began_empty || was_tried(sequence, record, bytes));
        CHECK(error == EDGEKIT_OK || !unharmed || sequence < store->first_sequence ||
              sequence >= store->next_sequence);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    store_t store;
    bool unharmed = true;
    if (size < 1) {
        return 0;
    }
    flash_blank(2 + data[0] % 3);
    tried_count = 0;
    const uint8_t *operation = data + 1, *end = data + size;
    const uint8_t *contents = memchr(operation, 0xFF, (size_t)(end - operation));
    if (contents != NULL) {
        const size_t room = (size_t)flash.pages * HAL_FLASH_PAGE_BYTES;
        const size_t count = (size_t)(end - contents) - 1;
        memcpy(flash.bytes, contents + 1, count < room ? count : room);
        end = contents;
    }
    CHECK(store_open(&store) == EDGEKIT_OK);
    began_empty = store.first_sequence == store.next_sequence;
    for (uint32_t i = 0; i < MOST_OPERATIONS && end - operation >= 2; i++, operation += 2) {
        const uint8_t value = operation[1];
        switch (operation[0] % 8) {
        case 0: /* opened anew */
            CHECK(store_open(&store) == EDGEKIT_OK);
            break;
        case 1:
            (void)store_erase(&store);
            while (value % 2 == 1 && store.pages_to_wipe > 0) {
                (void)store_wipe(&store);
            }
            break;
        case 4: /* the next page erased ahead, where it is time, or at any other */
            if (value % 2 == 1 || store_wants_page(&store)) {
                (void)store_prepare(&store);
            }
            break;
        case 2: /* an append cut short */
            flash_power_on(value % 80, value);
            append(&store, 1 + value, value);
            flash_power_on(FLASH_NEVER, value);
            CHECK(store_open(&store) == EDGEKIT_OK);
            unharmed = false;
            break;
        case 3: /* a bit turned */
            flash.bytes[(value * 131u + i * 17u) % (flash.pages * HAL_FLASH_PAGE_BYTES)] ^=
                (uint8_t)(1u << value % 8);
            unharmed = false;
            break;
        default:
            append(&store, operation[0] >= 128 ? 200u + value % 60 : value, operation[0]);
        }
        read_back(&store, unharmed);
    }
    return 0;
}

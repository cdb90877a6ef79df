#include "store.h"

#include <string.h>

#include "store_damage.h"
#include "store_page.h"
#include "store_record.h"

/* Places tried before giving up, because flash wears out word by word and page by page. */
#define STORE_ATTEMPTS 3u

/* Of the newest page, below which the next one is erased: several records, for there may be as many
 * before the moment comes. */
#define STORE_NEARLY_FULL_BYTES 512u

/* Return how many epochs, back from the newest, can be in the flash. */
static uint32_t epochs_in_flash(const store_t *store)
{
    const uint32_t pages = hal_flash_pages();
    const uint32_t started = store->epoch + 1; /* 0 after STORE_NO_EPOCH */
    return started < pages ? started : pages;
}

static void find_first_sequence(store_t *store)
{
    store_place_t place;
    bool has_header;
    uint32_t first = store->next_sequence;
    for (uint32_t back = epochs_in_flash(store); back > 0 && first == store->next_sequence;
         back--) {
        if (store_page_find(store, store->epoch - (back - 1), &place, &has_header) &&
            (has_header || store_place_next(&place))) {
            const uint32_t begin = has_header ? place.expected : place.sequence;
            first = begin < first ? begin : first;
        }
    }
    store->first_sequence = first > store->erased_before ? first : store->erased_before;
}

/* Return the newest header that is whole, and count the damaged ones. */
static store_page_t find_newest_header(store_t *store)
{
    store_page_t header, newest = {.epoch = STORE_NO_EPOCH};
    for (uint32_t page = 0; page < hal_flash_pages(); page++) {
        if (!store_page_read(page, &header)) {
            store->damaged_pages += store_header_is_damaged(page);
        } else if (newest.epoch == STORE_NO_EPOCH || header.epoch > newest.epoch) {
            newest = header;
        }
    }
    return newest;
}

/* Read a page as the newest; false when it has no header, and no record after those before. */
static bool read_newest(store_t *store, store_place_t place, bool has_header)
{
    const uint32_t next = store->next_sequence, begin = place.at;
    uint32_t readable = 0, first = next, whole_end = begin;
    while (store_place_next(&place)) {
        if (place.sequence < next) {
            return false; /* of an older page */
        }
        first = readable == 0 && !has_header ? place.sequence : first;
        readable++;
        whole_end = place.at + store_record_extent(place.bytes);
    }
    if (readable == 0 && !has_header &&
        store_damaged_at_end(place.page_offset, begin, begin + STORE_WORD, next) == 0) {
        return false;
    }
    const uint32_t expected = readable > 0 ? place.expected : next;
    const uint32_t left = UINT32_MAX - expected;
    const uint32_t at_end =
        store_damaged_at_end(place.page_offset, whole_end, place.used_end, expected);
    store->newest_first = first;
    store->next_sequence = expected + (at_end < left ? at_end : left);
    store->damaged += store->next_sequence - first - readable;
    /* The next record starts a page, whose header is whole. */
    store->tail = has_header ? place.used_end : STORE_PAGE_BYTES;
    return true;
}

/* Read the pages that follow the newest whole header and have none: some may be newer. */
static void read_headless(store_t *store, bool has_newest)
{
    const uint32_t pages = hal_flash_pages(), known = store->epoch;
    for (uint32_t epoch = known + 1; epoch - known <= pages; epoch++) {
        if (!store_header_is_damaged(epoch % pages)) {
            break;
        }
        if (read_newest(store, store_place_headless(store, epoch), false)) {
            store->epoch = epoch;
        }
    }
    /* Where the next page is started, a power cut may have fallen into its erasure or its header.
     */
    const uint32_t next = store->epoch + 1;
    const store_place_t place = store_place_headless(store, next);
    if (store_header_is_damaged(next % pages) && !store_headless_has_record(store, next) &&
        (has_newest ||
         store_damaged_at_end(place.page_offset, place.at, STORE_PAGE_BYTES, 0) == 0)) {
        store->damaged_pages--;
    }
}

edgekit_error_t store_open(store_t *store)
{
    const uint32_t pages = hal_flash_pages();
    *store =
        (store_t){.epoch = STORE_NO_EPOCH, .tail = STORE_PAGE_BYTES, .tried_epoch = STORE_NO_EPOCH};
    if (pages < 2) {
        return EDGEKIT_FULL;
    }
    const store_page_t newest = find_newest_header(store);
    const bool has_newest = newest.epoch != STORE_NO_EPOCH;
    if (has_newest) {
        store->epoch = newest.epoch;
        store->next_sequence = newest.first_sequence;
        store->erased_before = newest.erased_before;
        memcpy(store->mark, newest.mark, sizeof store->mark);
        store->pages_to_wipe = newest.erased_before > 0 ? pages : 0;
        (void)read_newest(store, store_place_start(newest.epoch, newest.first_sequence), true);
    } else if (store->damaged_pages > 0) {
        store->epoch = pages - 1; /* as after one turn, so that each page may be an older one */
    }
    read_headless(store, has_newest);
    find_first_sequence(store);
    return EDGEKIT_OK;
}

static edgekit_error_t start_page(store_t *store)
{
    const uint32_t newest = store->epoch;
    const uint32_t blank_epoch = store->is_blank ? store->tried_epoch : STORE_NO_EPOCH;
    edgekit_error_t error = EDGEKIT_FLASH;
    store->is_blank = false;
    for (uint32_t attempt = 1; attempt <= STORE_ATTEMPTS && error == EDGEKIT_FLASH; attempt++) {
        store_page_t header = {
            .epoch = newest + attempt,
            .first_sequence = store->next_sequence,
            .erased_before = store->erased_before,
        };
        memcpy(header.mark, store->mark, sizeof header.mark);
        error = header.epoch < STORE_EPOCHS ? store_page_start(&header, header.epoch == blank_epoch)
                                            : EDGEKIT_FULL;
        store->epoch = header.epoch;
    }
    store->tail = sizeof(store_page_t);
    store->fenced = true;
    if (error != EDGEKIT_OK) {
        /* The next attempt starts with the same pages, so that failing flash costs no others. */
        store->epoch = newest;
        store->tail = STORE_PAGE_BYTES;
    } else {
        store->newest_first = store->next_sequence;
    }
    find_first_sequence(store);
    return error;
}

/* Write the word at the tail, once after opening: it may be half written from before a power cut,
 * though it reads as blank. Written whole it is stable, and is not used. */
static edgekit_error_t fence(store_t *store)
{
    const uint32_t word = STORE_FENCE;
    const uint32_t offset = store->epoch % hal_flash_pages() * STORE_PAGE_BYTES + store->tail;
    if (store->fenced) {
        return EDGEKIT_OK;
    }
    store->tail += STORE_WORD;
    store->fenced = true;
    return hal_flash_write(offset, &word, sizeof word);
}

edgekit_error_t store_write_mark(store_t *store)
{
    return start_page(store);
}

edgekit_error_t store_append(store_t *store, const uint8_t *record, uint32_t bytes)
{
    const uint32_t extent = store_record_extent(bytes);
    if (bytes == 0 || bytes > STORE_RECORD_MOST_BYTES) {
        return EDGEKIT_BAD_RECORD;
    }
    if (store->next_sequence == UINT32_MAX) {
        return EDGEKIT_FULL;
    }
    for (uint32_t attempt = 0; attempt < STORE_ATTEMPTS; attempt++) {
        const uint32_t needed = extent + (store->fenced ? 0 : STORE_WORD);
        if (STORE_PAGE_BYTES - store->tail < needed) {
            const edgekit_error_t error = start_page(store);
            if (error != EDGEKIT_OK) {
                return error;
            }
        }
        if (fence(store) != EDGEKIT_OK) {
            continue;
        }
        store_place_t place = store_place_start(store->epoch, store->next_sequence);
        place.at = store->tail;
        place.bytes = bytes;
        place.sequence = store->next_sequence;
        store->tail += extent;
        if (store_record_write(&place, record) == EDGEKIT_OK && store_record_whole(&place)) {
            store->next_sequence++;
            return EDGEKIT_OK;
        }
    }
    return EDGEKIT_FLASH;
}

edgekit_error_t store_read(const store_t *store, uint32_t sequence, uint8_t *record,
                           uint32_t capacity, uint32_t *bytes)
{
    store_place_t place;
    bool begins_before; /* the page: a record that later pages lack is in this one, or nowhere */
    *bytes = 0;
    if (sequence < store->first_sequence || sequence >= store->next_sequence) {
        return EDGEKIT_BAD_RECORD;
    }
    for (uint32_t back = 0; back < epochs_in_flash(store); back++) {
        if (!store_page_find(store, store->epoch - back, &place, &begins_before) ||
            (begins_before && place.expected > sequence)) {
            continue;
        }
        while (store_place_next(&place) && place.sequence <= sequence) {
            begins_before = true;
            if (place.sequence < sequence) {
                continue;
            }
            if (place.bytes > capacity) {
                return EDGEKIT_FULL;
            }
            hal_flash_read(place.page_offset + place.at + STORE_WORD, record, place.bytes);
            *bytes = place.bytes;
            return EDGEKIT_OK;
        }
        if (begins_before) {
            return EDGEKIT_BAD_RECORD;
        }
    }
    return EDGEKIT_BAD_RECORD;
}

edgekit_error_t store_erase(store_t *store)
{
    const uint32_t before = store->erased_before;
    store->erased_before = store->next_sequence;
    const edgekit_error_t error = start_page(store);
    if (error != EDGEKIT_OK) {
        store->erased_before = before;
        find_first_sequence(store);
        return error;
    }
    store->pages_to_wipe = hal_flash_pages();
    return EDGEKIT_OK;
}

bool store_wants_page(const store_t *store)
{
    const uint32_t next = store->epoch + 1; /* 0 after STORE_NO_EPOCH */
    return STORE_PAGE_BYTES - store->tail < STORE_NEARLY_FULL_BYTES && next < STORE_EPOCHS &&
           next != store->tried_epoch && hal_flash_pages() >= 2;
}

edgekit_error_t store_prepare(store_t *store)
{
    const uint32_t epoch = store->epoch + 1, page = epoch % hal_flash_pages();
    const edgekit_error_t error = hal_flash_erase(page);
    store->tried_epoch = epoch;
    store->is_blank = error == EDGEKIT_OK && store_page_is_blank(page);
    find_first_sequence(store);
    return store->is_blank ? EDGEKIT_OK : EDGEKIT_FLASH;
}

/* Whether all in a page is forgotten: it was started before the last store_erase(), or has neither
 * a whole header nor a record after it. */
static bool is_forgotten(const store_t *store, uint32_t page)
{
    store_page_t header;
    return store_page_read(page, &header) ? header.erased_before != store->erased_before
                                          : !store_headless_has_record(store, page);
}

edgekit_error_t store_wipe(store_t *store)
{
    while (store->pages_to_wipe > 0) {
        const uint32_t page = --store->pages_to_wipe;
        if (is_forgotten(store, page) && !store_page_is_blank(page)) {
            const edgekit_error_t error = hal_flash_erase(page);
            return error == EDGEKIT_OK && store_page_is_blank(page) ? EDGEKIT_OK : EDGEKIT_FLASH;
        }
    }
    return EDGEKIT_OK;
}

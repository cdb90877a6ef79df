/* Flash: an erase sets a page's bits, a write only clears some. In memory, or in a file that
 * outlives the program. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_inside.h"

#define PAGES    40u /* as on a XIAO nRF52840, and its times */
#define BYTES    (PAGES * HAL_FLASH_PAGE_BYTES)
#define ERASE_US 85000u
#define WORD_US  41u

static uint8_t in_memory[BYTES];
static uint8_t *flash = in_memory;
static bool is_refusing;

void host_blank_flash(void)
{
    if (flash != in_memory) {
        (void)munmap(flash, BYTES);
        flash = in_memory;
    }
    memset(in_memory, 0xFF, sizeof in_memory);
    is_refusing = false;
}

void host_set_flash_refusing(bool refuses)
{
    is_refusing = refuses;
}

static bool fill_new(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0) {
        return false;
    }
    if (about.st_size == 0) {
        return write(file, in_memory, BYTES) == (ssize_t)BYTES;
    }
    return about.st_size == (off_t)BYTES;
}

bool host_set_flash(const char *path)
{
    host_blank_flash();
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) {
        return false;
    }
    void *mapped = MAP_FAILED;
    if (fill_new(file)) {
        mapped = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    (void)close(file);
    if (mapped == MAP_FAILED) {
        return false;
    }
    flash = mapped;
    return true;
}

/* Abort on a call that no board could carry out, which is a defect of the caller. */
static void must(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

uint32_t hal_flash_pages(void)
{
    return PAGES;
}

void hal_flash_read(uint32_t offset, void *data, uint32_t bytes)
{
    must(offset <= BYTES && bytes <= BYTES - offset);
    memcpy(data, flash + offset, bytes);
}

edgekit_error_t hal_flash_erase(uint32_t page)
{
    must(page < PAGES);
    host_pass(ERASE_US);
    if (is_refusing) {
        return EDGEKIT_FLASH;
    }
    memset(flash + page * HAL_FLASH_PAGE_BYTES, 0xFF, HAL_FLASH_PAGE_BYTES);
    return EDGEKIT_OK;
}

edgekit_error_t hal_flash_write(uint32_t offset, const void *data, uint32_t bytes)
{
    const uint8_t *from = data;
    must(offset % HAL_FLASH_WORD_BYTES == 0 && bytes % HAL_FLASH_WORD_BYTES == 0);
    must(offset <= BYTES && bytes <= BYTES - offset);
    host_pass(bytes / HAL_FLASH_WORD_BYTES * WORD_US);
    if (is_refusing) {
        return EDGEKIT_FLASH;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        flash[offset + i] &= from[i];
    }
    return EDGEKIT_OK;
}

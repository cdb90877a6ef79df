/* power_cut: ends a process at its n-th call that changes a file, and tears that call in half.
 *
 * Preloaded. Until power_cut_at() every call passes. What a file got since its last fsync is
 * lost too, when asked: a disk may write it late, or never.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_UNDONE = 4096, MOST_BYTES = 4 << 20, MOST_FILES = 64 };

typedef struct {
    dev_t device;
    ino_t inode;
    int fd; /* the test's own, never closed: closing one would drop the locks of the others */
} File;

typedef struct {
    int file; /* -1: it has reached the disk */
    off_t at;
    off_t size; /* of the file before */
    size_t bytes, kept;
} Undo;

static File files[MOST_FILES];
static int file_count;
static Undo undos[MOST_UNDONE];
static int undo_count;
static unsigned char kept[MOST_BYTES];
static size_t kept_bytes;

static long calls_left = -1; /* below 0: not armed */
static bool loses_unsynced;

void power_cut_at(long calls, bool lose_unsynced);

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void power_cut_at(long calls, bool lose_unsynced)
{
    calls_left = calls;
    loses_unsynced = lose_unsynced;
}

static int file_of(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return -1;
    }
    for (int n = 0; n < file_count; n++) {
        if (files[n].device == status.st_dev && files[n].inode == status.st_ino) {
            return n;
        }
    }
    if (file_count == MOST_FILES) {
        _exit(99);
    }
    files[file_count] = (File){status.st_dev, status.st_ino, dup(fd)};
    return file_count++;
}

/* Keeps what a call is about to change: `bytes` from `at`, and the size. */
static void keep(int fd, off_t at, size_t bytes)
{
    struct stat status;
    const int file = file_of(fd);
    if (!loses_unsynced || file < 0 || fstat(fd, &status) != 0) {
        return;
    }
    if (undo_count == MOST_UNDONE || bytes > MOST_BYTES - kept_bytes) {
        _exit(99);
    }
    const ssize_t got = pread(fd, kept + kept_bytes, bytes, at);
    const size_t length = got > 0 ? (size_t)got : 0;
    undos[undo_count++] = (Undo){file, at, status.st_size, kept_bytes, length};
    kept_bytes += length;
}

static void reached(int fd)
{
    const int file = file_of(fd);
    for (int n = 0; n < undo_count; n++) {
        if (undos[n].file == file) {
            undos[n].file = -1;
        }
    }
}

static bool is_the_last(void)
{
    return calls_left >= 0 && calls_left-- == 0;
}

static void cut(void)
{
    for (int n = undo_count - 1; loses_unsynced && n >= 0; n--) {
        const Undo *undo = &undos[n];
        if (undo->file >= 0) {
            const int fd = files[undo->file].fd;
            (void)!REAL(pwrite64)(fd, kept + undo->bytes, undo->kept, undo->at);
            (void)!REAL(ftruncate64)(fd, undo->size);
        }
    }
    _exit(77);
}

ssize_t pwrite64(int fd, const void *from, size_t bytes, off64_t at)
{
    const bool last = is_the_last();
    if (calls_left >= 0 || last) {
        keep(fd, at, bytes);
    }
    const ssize_t done = REAL(pwrite64)(fd, from, last ? bytes / 2 : bytes, at);
    if (last) {
        cut();
    }
    return done;
}

ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at)
{
    return pwrite64(fd, from, bytes, at);
}

ssize_t write(int fd, const void *from, size_t bytes)
{
    const bool last = is_the_last();
    if (calls_left >= 0 || last) {
        keep(fd, lseek(fd, 0, SEEK_CUR), bytes);
    }
    const ssize_t done = REAL(write)(fd, from, last ? bytes / 2 : bytes);
    if (last) {
        cut();
    }
    return done;
}

int ftruncate64(int fd, off64_t size)
{
    if (is_the_last()) {
        cut();
    }
    if (calls_left >= 0) {
        struct stat status;
        const off_t end = fstat(fd, &status) == 0 ? status.st_size : 0;
        keep(fd, size, end > size ? (size_t)(end - size) : 0);
    }
    return REAL(ftruncate64)(fd, size);
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int fsync(int fd)
{
    if (is_the_last()) {
        cut();
    }
    reached(fd);
    return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    if (is_the_last()) {
        cut();
    }
    reached(fd);
    return REAL(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
    if (is_the_last()) {
        cut();
    }
    return REAL(rename)(from, to);
}

int unlink(const char *path)
{
    if (is_the_last()) {
        cut();
    }
    return REAL(unlink)(path);
}

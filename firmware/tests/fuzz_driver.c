/* A main() for any LLVMFuzzerTestOneInput: mutates inputs by a seed, so that a run can be repeated.
 *
 *     fuzz_it [--seed N] [--iterations N] [--seconds N] [--failing FILE] [INPUT or folder ...]
 *
 * Inputs named are run first as they are, then mutated; without any, mutation starts from nothing.
 * It prints how many inputs were run; one that fails is left in FILE (default: failing-input),
 * which is what to name next. To be built with gcc's or clang's sanitizers. Host only. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_BYTES     16384u
#define MOST_SEEDS     256u
#define INPUT_LIMIT_S  10u
#define MOST_MUTATIONS 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The sanitizers call this before they end the program; absent in a build without them. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static struct {
    uint8_t *bytes;
    size_t count;
} corpus[MOST_SEEDS];
static size_t corpus_count;
static uint8_t input[MOST_BYTES];
static size_t input_bytes;
static const char *failing = "failing-input";
static volatile uint64_t iterations;
static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13; /* xorshift64 */
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 32) % limit);
}

static void keep_failing_input(void)
{
    FILE *file = fopen(failing, "wb");
    if (file != NULL) {
        (void)fwrite(input, 1, input_bytes, file);
        (void)fclose(file);
    }
    fprintf(stderr, "input %llu failed; it is kept in %s\n", (unsigned long long)iterations,
            failing);
}

static void on_signal(int number)
{
    keep_failing_input();
    if (number == SIGALRM) {
        fprintf(stderr, "it ran for more than %u s\n", INPUT_LIMIT_S);
    }
    _exit(1);
}

static void run_input(void)
{
    /* A copy of just its size, so that the sanitizer sees a read beyond it. */
    uint8_t *data = malloc(input_bytes + (input_bytes == 0));
    if (data == NULL) {
        abort();
    }
    memcpy(data, input, input_bytes);
    iterations++;
    alarm(INPUT_LIMIT_S);
    (void)LLVMFuzzerTestOneInput(data, input_bytes);
    alarm(0);
    free(data);
}

static void add_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    input_bytes = fread(input, 1, MOST_BYTES, file);
    (void)fclose(file);
    if (corpus_count < MOST_SEEDS) {
        uint8_t *bytes = malloc(input_bytes + 1);
        if (bytes == NULL) {
            abort();
        }
        memcpy(bytes, input, input_bytes);
        corpus[corpus_count].bytes = bytes;
        corpus[corpus_count].count = input_bytes;
        corpus_count++;
    }
    run_input();
}

static int by_name(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static void add_path(const char *path)
{
    struct stat about;
    struct dirent **entries;
    char inner[4096];
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
        add_file(path);
        return;
    }
    const int count = scandir(path, &entries, NULL, by_name);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            (void)snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            add_file(inner);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free((void *)entries);
    }
}

static uint8_t telling_byte(void)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    return random_below(2) ? telling[random_below(sizeof telling)] : (uint8_t)random_below(256);
}

/* One change: a bit, a byte, a run of one byte, bytes taken out, or bytes put in. */
static void mutate(void)
{
    const uint32_t at = random_below((uint32_t)input_bytes + 1);
    const uint32_t left = (uint32_t)input_bytes - at;
    const uint32_t room = MOST_BYTES - (uint32_t)input_bytes;
    const uint32_t run = 1 + random_below(random_below(4) ? 8 : 256);
    switch (random_below(6)) {
    case 0:
        if (left > 0) {
            input[at] = (uint8_t)(input[at] ^ (1u << random_below(8)));
        }
        break;
    case 1:
        if (left > 0) {
            input[at] = telling_byte();
        }
        break;
    case 2:
        memset(input + at, telling_byte(), run < left ? run : left);
        break;
    case 3:
        if (run < left) {
            memmove(input + at, input + at + run, left - run);
            input_bytes -= run;
        }
        break;
    default: /* twice as likely as taking out: inputs grow */
        if (run < room) {
            memmove(input + at + run, input + at, left);
            for (uint32_t i = 0; i < run; i++) {
                input[at + i] = telling_byte();
            }
            input_bytes += run;
        }
    }
}

static void next_input(void)
{
    if (corpus_count > 0 && random_below(4) == 0) {
        const size_t which = random_below((uint32_t)corpus_count);
        input_bytes = corpus[which].count;
        memcpy(input, corpus[which].bytes, input_bytes);
    } else if (random_below(64) == 0) {
        input_bytes = 0;
    }
    for (uint32_t changes = 1 + random_below(MOST_MUTATIONS); changes > 0; changes--) {
        mutate();
    }
}

int main(int count, char **words)
{
    uint64_t seed = 1, most = UINT64_MAX;
    time_t seconds = 0;
    bool bounded = false;
    int first_path = 1;
    for (; first_path + 1 < count && strncmp(words[first_path], "--", 2) == 0; first_path += 2) {
        const char *name = words[first_path], *value = words[first_path + 1];
        if (strcmp(name, "--seed") == 0) {
            seed = strtoull(value, NULL, 10);
        } else if (strcmp(name, "--iterations") == 0) {
            most = strtoull(value, NULL, 10);
            bounded = true;
        } else if (strcmp(name, "--seconds") == 0) {
            seconds = (time_t)strtoll(value, NULL, 10);
        } else if (strcmp(name, "--failing") == 0) {
            failing = value;
        } else {
            fprintf(stderr, "there is no option %s\n", name);
            return 2;
        }
    }
    random_state = seed * 0x9E3779B97F4A7C15u + 1;
    (void)signal(SIGABRT, on_signal);
    (void)signal(SIGALRM, on_signal);
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(keep_failing_input);
    }
    for (int i = first_path; i < count; i++) {
        add_path(words[i]);
    }
    if (!bounded && seconds == 0) {
        most = iterations; /* only the inputs that were named */
    }
    const time_t end = time(NULL) + seconds;
    while (iterations < most && (seconds == 0 || time(NULL) < end)) {
        next_input();
        run_input();
    }
    printf("%llu inputs, seed %llu: none failed\n", (unsigned long long)iterations,
           (unsigned long long)seed);
    for (size_t i = 0; i < corpus_count; i++) {
        free(corpus[i].bytes);
    }
    return 0;
}

/* The wearable as a program: its serial line is a pseudo-terminal, whose path it prints. */
#define _XOPEN_SOURCE 700

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host_faults.h"
#include "host_inside.h"

#define USAGE_ERROR 2

static const char usage[] =
    "The wearable's firmware on this machine, with an ADXL345 as a model.\n"
    "\n"
    "  --counts FILE    what the sensor measures: int16 little-endian, x y z, 1/256 g each;\n"
    "                   without it, a sleeper's quiet night\n"
    "  --flash FILE     keep the stored records there; without it they end with the program\n"
    "  --seconds S      of virtual time; without it, until the counts end, or for ever\n"
    "  --speed N        seconds of virtual time in a real one; 0: as fast as it goes (1)\n"
    "  --seed N         of the sensor's noise (1)\n"
    "  --stdio          the serial line is stdin and stdout; without it, a pseudo-terminal\n"
    "  --fault F        KIND[:COUNT]@SECONDS, any number of them:\n"
#define X(kind, count, text) "                   " #kind ":" #count " " text "\n"
    HOST_FAULTS(X)
#undef X
    ;

typedef struct {
    const char *counts, *flash;
    double seconds, speed;
    uint64_t seed;
    bool is_stdio;
} options_t;

static _Noreturn void refuse(const char *what, const char *which)
{
    fprintf(stderr, "host: %s %s; --help tells what there is\n", what, which);
    exit(USAGE_ERROR);
}

static double number(const char *name, const char *text)
{
    char *end = NULL;
    const double value = strtod(text, &end);
    if (end == text || *end != 0 || !(value >= 0 && value < 1e12)) {
        refuse("not a number for", name);
    }
    return value;
}

/* Everything but the faults, which need a world that stands. */
static options_t read_options(int count, char **words)
{
    options_t options = {.seconds = -1, .speed = 1, .seed = 1};
    for (int i = 1; i < count; i++) {
        const char *name = words[i];
        if (strcmp(name, "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        }
        if (strcmp(name, "--stdio") == 0) {
            options.is_stdio = true;
            continue;
        }
        const char *value = words[++i];
        if (i == count) {
            refuse("what value has", name);
        } else if (strcmp(name, "--counts") == 0) {
            options.counts = value;
        } else if (strcmp(name, "--flash") == 0) {
            options.flash = value;
        } else if (strcmp(name, "--seconds") == 0) {
            options.seconds = number(name, value);
        } else if (strcmp(name, "--speed") == 0) {
            options.speed = number(name, value);
        } else if (strcmp(name, "--seed") == 0) {
            options.seed = (uint64_t)number(name, value);
        } else if (strcmp(name, "--fault") != 0) {
            refuse("there is no option", name);
        }
    }
    return options;
}

static void add_faults(int count, char **words)
{
    for (int i = 1; i + 1 < count; i++) {
        if (strcmp(words[i], "--fault") == 0 && !host_add_fault(words[i + 1])) {
            refuse("not a fault:", words[i + 1]);
        }
    }
}

static void set_counts(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        refuse("cannot read", path);
    }
    const long bytes = ftell(file);
    rewind(file);
    int16_t *counts = bytes > 0 ? malloc((size_t)bytes) : NULL; /* for as long as the program */
    if (counts == NULL || bytes % 6 != 0 ||
        fread(counts, 1, (size_t)bytes, file) != (size_t)bytes) {
        refuse("no int16 counts, x y z each, in", path);
    }
    (void)fclose(file);
    host_set_counts(counts, (uint64_t)bytes / 6);
}

static void open_terminal(void)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        refuse("cannot make", "a pseudo-terminal");
    }
    /* Kept open here too, so that a host may come and go. */
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios raw;
    if (slave < 0 || tcgetattr(slave, &raw) != 0) {
        refuse("cannot open", "the pseudo-terminal");
    }
    raw.c_iflag = raw.c_oflag = raw.c_lflag = 0;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(slave, TCSANOW, &raw);
    host_set_line(master, master);
    printf("%s\n", ptsname(master));
    (void)fflush(stdout);
}

void host_power_on(uint64_t seed)
{
    host_clear_faults();
    host_blank_flash();
    host_clear_motor();
    host_set_line(-1, -1);
    host_world_start(seed);
}

int main(int count, char **words)
{
    const options_t options = read_options(count, words);
    (void)signal(SIGPIPE, SIG_IGN);
    host_power_on(options.seed);
    if (options.flash != NULL && !host_set_flash(options.flash)) {
        refuse("no flash of this board can be kept in", options.flash);
    }
    if (options.is_stdio) {
        host_set_line(STDIN_FILENO, STDOUT_FILENO);
    } else {
        open_terminal();
    }
    if (options.counts != NULL) {
        set_counts(options.counts);
    } else {
        host_set_motion();
    }
    add_faults(count, words);
    host_set_speed(options.speed);
    if (options.seconds >= 0) {
        host_run_until((uint64_t)(options.seconds * 1e6));
    } else if (options.counts != NULL) {
        host_run_counts();
    } else {
        host_run_until(UINT64_MAX);
    }
    return 0;
}

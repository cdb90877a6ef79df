/* An I2C character device: the kernel's messages and SMBus calls as transfers with the chips. */
#include "sim_i2c_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sim_gpio_device.h"

enum { MOST_FILES = 1024, MOST_BYTES = 8192, RECOVERY_CLOCKS = 9, JIFFY_NS = 10000000 };

typedef struct {
    bool open;
    uint16_t address;
    int64_t timeout_ns; /* of the adapter, a second unless set */
} opened_t;

static opened_t opened[MOST_FILES];

bool sim_i2c_device_is(const char *path)
{
    static const char prefix[] = "/dev/i2c-";
    const char *bus = getenv("EDGEKIT_SIM_BUS");
    return path != NULL && strncmp(path, prefix, sizeof prefix - 1) == 0 &&
           strcmp(path + sizeof prefix - 1, bus == NULL ? "1" : bus) == 0;
}

/* Open a real descriptor, so that its number is not used twice. Opening frees a bus that is held,
 * as adapters do before their first transfer. */
int sim_i2c_device_open(sim_world_t *world)
{
    const int file = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0);
    if (file >= MOST_FILES) {
        (void)syscall(SYS_close, file);
        errno = EMFILE;
        return -1;
    }
    if (file >= 0) {
        opened[file] = (opened_t){.open = true, .timeout_ns = 100 * (int64_t)JIFFY_NS};
        (void)sim_i2c_clock_out(sim_world_lock_chip(world), RECOVERY_CLOCKS);
        sim_world_unlock_chip();
    }
    return file;
}

bool sim_i2c_device_has(int file)
{
    return file >= 0 && file < MOST_FILES && opened[file].open;
}

void sim_i2c_device_close(int file)
{
    opened[file].open = false;
}

static int fail(int error)
{
    errno = error;
    return -1;
}

/* Transfer with the chip of this address; a bus that the ADXL345 holds is held for both. */
static edgekit_error_t transfer_with_chip(sim_world_t *world, uint8_t address, const uint8_t *out,
                                          uint32_t out_bytes, uint8_t *in, uint32_t in_bytes)
{
    void *second = world->second_chip;
    const bool is_second = sim_second_chip_has != NULL && sim_second_chip_has(second, address);
    if (!is_second || world->chip.held_clocks > 0) {
        return sim_i2c_transfer(&world->chip, address, out, out_bytes, in, in_bytes);
    }
    return sim_second_chip_transfer(second, out, out_bytes, in, in_bytes);
}

/* Make one write, one read, or a write and then a read, at the present time; 0 or an errno. */
static int transfer(sim_world_t *world, int64_t timeout_ns, uint16_t address, const uint8_t *out,
                    uint32_t out_bytes, uint8_t *in, uint32_t in_bytes)
{
    sim_world_run_chip(world);
    if (world->cut_from != 0 && in_bytes > world->cut_from) {
        sim_adxl345_fault_ones(&world->chip, 1, world->cut_from);
        world->cut_from = 0;
    }
    const edgekit_error_t error =
        transfer_with_chip(world, (uint8_t)address, out, out_bytes, in, in_bytes);
    sim_gpio_device_update(world, world->now_ns);
    switch (error) {
    case EDGEKIT_OK:
        sim_world_use(world, 1000 * (int64_t)sim_i2c_us(out_bytes, in_bytes));
        return 0;
    case EDGEKIT_NACK:
        sim_world_use(world, 1000 * (int64_t)sim_i2c_us(0, 0));
        return EREMOTEIO;
    case EDGEKIT_BUS_STUCK:
        sim_world_use(world, timeout_ns);
        return ETIMEDOUT;
    default:
        sim_world_use(world, 1000 * (int64_t)sim_i2c_us(out_bytes, in_bytes));
        return EIO;
    }
}

/* Whether the adapter refuses the messages before a byte is sent, as bcm2835_i2c_xfer does. */
static bool refuses(const sim_world_t *world, const struct i2c_rdwr_ioctl_data *wanted)
{
    const uint32_t messages = wanted->nmsgs;
    bool refused = false;
    for (uint32_t i = 0; i + 1 < messages && i < I2C_RDWR_IOCTL_MAX_MSGS; i++) {
        refused = refused || (wanted->msgs[i].flags & I2C_M_RD) != 0;
    }
    return refused && world->adapter == SIM_WORLD_ONE_READING;
}

/* Make the transfers of a call. A failed call returns nothing, not even what its first messages
 * read, as in the kernel. */
static int read_write(sim_world_t *world, int64_t timeout_ns, struct i2c_rdwr_ioctl_data *wanted)
{
    static uint8_t read[I2C_RDWR_IOCTL_MAX_MSGS * 256]; /* under the chip's lock */
    uint32_t used = 0;
    for (uint32_t i = 0; i < wanted->nmsgs; i++) {
        const struct i2c_msg *message = &wanted->msgs[i];
        const struct i2c_msg *next = i + 1 < wanted->nmsgs ? message + 1 : NULL;
        const bool reads = (message->flags & I2C_M_RD) != 0;
        const bool pair = !reads && next != NULL && (next->flags & I2C_M_RD) != 0;
        const struct i2c_msg *in = reads ? message : pair ? next : NULL;
        const uint32_t in_bytes = in == NULL ? 0 : in->len;
        if (message->len > MOST_BYTES || used + in_bytes > sizeof read) {
            return EINVAL;
        }
        const int error = transfer(world, timeout_ns, message->addr, reads ? NULL : message->buf,
                                   reads ? 0 : message->len, read + used, in_bytes);
        if (error != 0) {
            return error;
        }
        used += in_bytes;
        i += pair ? 1 : 0;
    }
    used = 0;
    for (uint32_t i = 0; i < wanted->nmsgs; i++) {
        const struct i2c_msg *message = &wanted->msgs[i];
        if ((message->flags & I2C_M_RD) != 0) {
            memcpy(message->buf, read + used, message->len);
            used += message->len;
        }
    }
    return 0;
}

static int smbus(sim_world_t *world, const opened_t *file, struct i2c_smbus_ioctl_data *wanted)
{
    const bool reads = wanted->read_write == I2C_SMBUS_READ;
    union i2c_smbus_data *data = wanted->data;
    uint8_t out[I2C_SMBUS_BLOCK_MAX + 1] = {wanted->command};
    uint8_t in[I2C_SMBUS_BLOCK_MAX] = {0};
    uint32_t bytes = 0; /* behind the command */
    bool command = true;
    switch (wanted->size) {
    case I2C_SMBUS_QUICK:
        command = false;
        break;
    case I2C_SMBUS_BYTE:
        command = !reads;
        bytes = reads ? 1 : 0;
        break;
    case I2C_SMBUS_BYTE_DATA:
        bytes = 1;
        break;
    case I2C_SMBUS_WORD_DATA:
        bytes = 2;
        break;
    case I2C_SMBUS_I2C_BLOCK_DATA:
        bytes = data == NULL ? 0 : data->block[0];
        if (bytes == 0 || bytes > I2C_SMBUS_BLOCK_MAX) {
            return EINVAL;
        }
        break;
    default:
        return EOPNOTSUPP;
    }
    if (bytes > 0 && data == NULL) {
        return EINVAL;
    }
    const bool block = wanted->size == I2C_SMBUS_I2C_BLOCK_DATA;
    if (!reads && bytes > 0) {
        memcpy(out + 1, data->block + (block ? 1 : 0), bytes); /* words: low byte first */
    }
    const uint32_t out_bytes = (command ? 1u : 0u) + (reads ? 0u : bytes);
    const int error =
        transfer(world, file->timeout_ns, file->address, out, out_bytes, in, reads ? bytes : 0);
    if (error == 0 && reads && bytes > 0) {
        memcpy(data->block + (block ? 1 : 0), in, bytes);
    }
    return error;
}

static unsigned long functions(const sim_world_t *world)
{
    const unsigned long both = I2C_FUNC_SMBUS_QUICK | I2C_FUNC_SMBUS_BYTE |
                               I2C_FUNC_SMBUS_BYTE_DATA | I2C_FUNC_SMBUS_WORD_DATA |
                               I2C_FUNC_SMBUS_I2C_BLOCK;
    return both | (world->adapter == SIM_WORLD_SMBUS_ONLY ? 0u : I2C_FUNC_I2C);
}

int sim_i2c_device_ioctl(sim_world_t *world, int number, unsigned long request, void *argument)
{
    opened_t *file = &opened[number];
    int error = 0;
    switch (request) {
    case I2C_FUNCS:
        *(unsigned long *)argument = functions(world);
        return 0;
    case I2C_SLAVE:
    case I2C_SLAVE_FORCE:
        if ((uintptr_t)argument > 0x7F) {
            return fail(EINVAL);
        }
        file->address = (uint16_t)(uintptr_t)argument;
        return 0;
    case I2C_TIMEOUT:
        file->timeout_ns = JIFFY_NS * (int64_t)(uintptr_t)argument;
        return 0;
    case I2C_RETRIES: /* only after lost arbitration, which never happens here */
    case I2C_TENBIT:
    case I2C_PEC:
        return 0;
    case I2C_RDWR: {
        struct i2c_rdwr_ioctl_data *wanted = argument;
        if (world->adapter == SIM_WORLD_SMBUS_ONLY || refuses(world, wanted)) {
            return fail(EOPNOTSUPP);
        }
        if (wanted->nmsgs == 0 || wanted->nmsgs > I2C_RDWR_IOCTL_MAX_MSGS) {
            return fail(EINVAL);
        }
        (void)sim_world_lock_chip(world);
        error = read_write(world, file->timeout_ns, wanted);
        sim_world_unlock_chip();
        return error != 0 ? fail(error) : (int)wanted->nmsgs;
    }
    case I2C_SMBUS:
        (void)sim_world_lock_chip(world);
        error = smbus(world, file, argument);
        sim_world_unlock_chip();
        return error != 0 ? fail(error) : 0;
    default:
        return fail(ENOTTY);
    }
}

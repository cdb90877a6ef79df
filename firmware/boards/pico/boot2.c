/* boot2: what the RP2040's boot ROM loads into RAM and runs (data sheet, 2.8.1.3). It makes the SSI
 * read the flash for the processor by four lines, without a command for each read, and goes on by
 * the vector table behind it. 252 bytes at most, position-independent; the last word is the CRC-32
 * that the build writes. Called by a program (lr is not 0), as after an erasure, it returns.
 *
 * Reading by four lines needs the flash's quad-enable bit, which Winbond sets in the parts that the
 * Pico has. Where it is clear it is set until the power goes (50h), by the command for its own
 * register alone (31h): a W25Q16RV takes only the first byte of the older command for two. A chip
 * that keeps it clear all the same is read by the command 03h, which every chip has: slowly.
 *
 * Registers: data sheet, 4.10.13 (SSI) and 2.19.6.4 (QSPI pads); commands: W25Q16JV data
 * sheet, 8.2. The SSI is set up only while it is off.
 */
__asm__(".section .boot2, \"ax\"\n"
        ".syntax unified\n"
        ".thumb\n"
        ".global boot2\n"
        ".type boot2, %function\n"
        ".thumb_func\n"
        "boot2:\n"
        "    push {r4, lr}\n"
        "    ldr r3, =0x40020000\n" /* the pads of the flash */
        "    movs r1, #0x21\n"
        "    str r1, [r3, #0x04]\n" /* clock: 8 mA, fast edges */
        "    ldr r1, [r3, #0x08]\n"
        "    movs r2, #2\n"
        "    bics r1, r2\n" /* data: without the Schmitt trigger, which delays */
        "    str r1, [r3, #0x08]\n"
        "    str r1, [r3, #0x0C]\n"
        "    str r1, [r3, #0x10]\n"
        "    str r1, [r3, #0x14]\n"
        "    movs r3, #0x18\n"
        "    lsls r3, r3, #24\n" /* the SSI: 0x18000000 */
        "    movs r4, #0\n"
        "    str r4, [r3, #0x08]\n" /* SSIENR: off */
        "    movs r1, #4\n"
        "    str r1, [r3, #0x14]\n" /* BAUDR: a quarter of the core's clock, for commands */
        "    movs r1, #7\n"
        "    lsls r1, r1, #16\n"
        "    str r1, [r3, #0x00]\n" /* CTRLR0: frames of 8 bits on one line, both ways */
        "    movs r1, #1\n"
        "    str r1, [r3, #0x08]\n" /* SSIENR: on */
        "    bl .Lstatus_2\n"
        "    bne .Lfour_lines\n"
        "    movs r1, #0x50\n"
        "    str r1, [r3, #0x60]\n" /* DR0: the next status is written until the power goes */
        "    bl .Lready\n"
        "    ldr r1, [r3, #0x60]\n"
        "    movs r1, #0x31\n"
        "    str r1, [r3, #0x60]\n" /* status 2 as it was read, and quad-enable */
        "    movs r2, #2\n"
        "    orrs r0, r2\n"
        "    str r0, [r3, #0x60]\n"
        "    bl .Lready\n"
        "    ldr r1, [r3, #0x60]\n"
        "    ldr r1, [r3, #0x60]\n"
        "    bl .Lstatus_2\n"
        "    bne .Lfour_lines\n"

        "    str r4, [r3, #0x08]\n" /* SSIENR: off; one line it is */
        "    ldr r1, =0x001F0300\n"
        "    ldr r0, =0x03000218\n" /* command 03h, 24 bits of address */
        "    b .Lread\n"

        ".Lfour_lines:\n"
        "    str r4, [r3, #0x08]\n"
        "    str r2, [r3, #0x14]\n" /* BAUDR: half of the core's clock */
        "    movs r1, #1\n"
        "    movs r2, #0xF0\n"
        "    str r1, [r3, r2]\n" /* RX_SAMPLE_DLY: data comes a clock of the core late */
        "    ldr r1, =0x005F0300\n"
        "    str r1, [r3, #0x00]\n" /* CTRLR0: four lines, 32-bit frames, write then read */
        "    str r4, [r3, #0x04]\n" /* CTRLR1: one frame */
        "    ldr r1, =0x00002221\n"
        "    adds r2, #4\n"
        "    str r1, [r3, r2]\n" /* SPI_CTRLR0: the command on one line, address and */
        "    movs r1, #1\n"      /* mode on four, then 4 clocks of waiting */
        "    str r1, [r3, #0x08]\n"
        "    movs r1, #0xEB\n"
        "    str r1, [r3, #0x60]\n"
        "    movs r1, #0xA0\n" /* mode: no command before the reads after this one */
        "    str r1, [r3, #0x60]\n"
        "    bl .Lready\n"
        "    str r4, [r3, #0x08]\n"
        "    ldr r1, =0x005F0300\n"
        "    ldr r0, =0xA0002022\n" /* no command; the mode after each address */

        ".Lread:\n"
        "    str r1, [r3, #0x00]\n" /* CTRLR0 */
        "    str r4, [r3, #0x04]\n"
        "    movs r2, #0xF4\n"
        "    str r0, [r3, r2]\n" /* SPI_CTRLR0 */
        "    movs r1, #1\n"
        "    str r1, [r3, #0x08]\n" /* SSIENR: on */
        "    pop {r4}\n"
        "    pop {r0}\n"
        "    cmp r0, #0\n"
        "    bne 1f\n"
        "    ldr r0, =0x10000100\n" /* the vector table */
        "    ldr r1, =0xE000ED08\n" /* VTOR */
        "    str r0, [r1]\n"
        "    ldr r1, [r0]\n"
        "    msr msp, r1\n"
        "    ldr r0, [r0, #4]\n"
        "1:\n"
        "    bx r0\n"

        /* Read status 2 to r0; NE where quad-enable, bit 1, is set. r2 is then 2. */
        ".Lstatus_2:\n"
        "    mov r12, lr\n"
        "    movs r1, #0x35\n"
        "    str r1, [r3, #0x60]\n"
        "    str r1, [r3, #0x60]\n"
        "    bl .Lready\n"
        "    ldr r0, [r3, #0x60]\n"
        "    ldr r0, [r3, #0x60]\n"
        "    movs r2, #2\n"
        "    tst r0, r2\n"
        "    bx r12\n"

        /* Wait until all is sent and received: SR with TFE, without BUSY. Uses r1 and r2. */
        ".Lready:\n"
        "    ldr r1, [r3, #0x28]\n"
        "    movs r2, #5\n"
        "    ands r1, r2\n"
        "    cmp r1, #4\n"
        "    bne .Lready\n"
        "    bx lr\n"
        "    .ltorg\n"
        ".size boot2, . - boot2\n"
        ".text\n");

/* boot2: what the RP2040's boot ROM loads into RAM and runs (data sheet, 2.8.1.3): it makes the SSI
 * read the flash for the processor by the command 03h, which every flash chip has, at 24 MHz; then
 * it goes on by the vector table behind it. 252 bytes at most, position-independent; the last word
 * is the CRC-32 that the build writes. Called by a program (lr is not 0) it returns.
 *
 * SSI: data sheet, 4.10.13. CTRLR0: 32-bit frames, EEPROM read; SPI_CTRLR0: 8-bit command 03h,
 * 24-bit address.
 */
__asm__(".section .boot2, \"ax\"\n"
        ".syntax unified\n"
        ".thumb\n"
        ".global boot2\n"
        ".type boot2, %function\n"
        ".thumb_func\n"
        "boot2:\n"
        "    ldr r3, =0x18000000\n" /* SSI */
        "    movs r1, #0\n"
        "    str r1, [r3, #0x08]\n" /* SSIENR: off while it is set up */
        "    movs r1, #2\n"
        "    str r1, [r3, #0x14]\n" /* BAUDR: 48 MHz / 2 */
        "    ldr r1, =0x001F0300\n"
        "    str r1, [r3, #0x00]\n" /* CTRLR0 */
        "    ldr r1, =0x03000218\n"
        "    ldr r2, =0x180000F4\n"
        "    str r1, [r2]\n" /* SPI_CTRLR0 */
        "    movs r1, #0\n"
        "    str r1, [r3, #0x04]\n" /* CTRLR1: one frame */
        "    movs r1, #1\n"
        "    str r1, [r3, #0x08]\n" /* SSIENR: on */
        "    mov r0, lr\n"
        "    cmp r0, #0\n"
        "    bne 1f\n"
        "    ldr r0, =0x10000100\n" /* the vector table */
        "    ldr r1, =0xE000ED08\n" /* VTOR */
        "    str r0, [r1]\n"
        "    ldr r1, [r0]\n"
        "    msr msp, r1\n"
        "    ldr r0, [r0, #4]\n"
        "    bx r0\n"
        "1:  bx lr\n"
        "    .ltorg\n"
        ".size boot2, . - boot2\n"
        ".text\n");

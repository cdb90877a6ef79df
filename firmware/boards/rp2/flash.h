/* flash: look up the ROM's flash functions, and read the serial number. */
#ifndef EDGEKIT_FLASH_H
#define EDGEKIT_FLASH_H

void flash_start(void);

#endif

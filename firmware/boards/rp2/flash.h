/* flash: the records' part of the flash chip, and its serial number. */
#ifndef EDGEKIT_FLASH_H
#define EDGEKIT_FLASH_H

void flash_start(void);

#endif

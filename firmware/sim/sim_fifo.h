/* sim_fifo: the chip's FIFO, its data registers and the interrupts that follow from them. */
#ifndef SIM_FIFO_H
#define SIM_FIFO_H

#include "sim_adxl345.h"

/* Add a converted sample. False when it is lost: a full FIFO in FIFO mode keeps what it has. */
bool sim_fifo_push(sim_adxl345_t *chip, sim_adxl345_sample_t sample);
sim_adxl345_sample_t sim_fifo_oldest(const sim_adxl345_t *chip); /* what the data registers show */
void sim_fifo_pop(sim_adxl345_t *chip);                          /* they were read */
void sim_fifo_clear(sim_adxl345_t *chip);
uint8_t sim_fifo_mode(const sim_adxl345_t *chip);
uint8_t sim_fifo_int_source(const sim_adxl345_t *chip);
uint8_t sim_fifo_status(const sim_adxl345_t *chip);

#endif

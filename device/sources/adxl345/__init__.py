"""The ADXL345 on a Linux computer's I2C bus: samples in order, and where some are missing."""

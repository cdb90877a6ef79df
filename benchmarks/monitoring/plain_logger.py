"""The plain logger that people write first: python plain_logger.py LOG.csv

One sample a time, its angle by atan2, a line of CSV that reaches the disk.
"""

import csv
import math
import sys
import time

from smbus2 import SMBus

bus = SMBus(1)
bus.write_byte_data(0x53, 0x31, 0x08)
bus.write_byte_data(0x53, 0x2C, 0x09)
bus.write_byte_data(0x53, 0x2D, 0x08)
with open(sys.argv[1], "w", newline="") as file:  # noqa: PTH123 - pathlib would cost memory
    rows = csv.writer(file)
    while True:
        data = bus.read_i2c_block_data(0x53, 0x32, 6)
        x, y, z = (int.from_bytes(data[at : at + 2], "little", signed=True) for at in (0, 2, 4))
        rows.writerow((time.time(), x / 256, y / 256, z / 256, math.degrees(math.atan2(x, z))))
        file.flush()
        time.sleep(0.02)

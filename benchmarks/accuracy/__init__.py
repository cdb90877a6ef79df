"""Accuracy where the net runs: from float to the device's int8, and under disturbances of wear."""

"""How good the net is where it runs: from float to the device's int8, and under what wear does."""

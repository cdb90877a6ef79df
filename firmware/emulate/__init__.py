"""The images that are flashed, run instruction by instruction on this machine (unicorn)."""

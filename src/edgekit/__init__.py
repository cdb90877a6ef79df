"""edgekit: from accelerometer recordings to a night on a wearable."""

__version__ = "0.1.0"

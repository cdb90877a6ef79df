"""Where samples come from: sensors, a wearable, replayed recordings; their clocks and gaps."""

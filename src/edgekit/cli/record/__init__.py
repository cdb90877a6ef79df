"""edgekit record: from the sensor, a wearable, or a simulated person on a simulated chip."""

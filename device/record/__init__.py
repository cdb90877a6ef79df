"""Record a protocol of labelled steps: the sensor straight into labelled Recordings."""

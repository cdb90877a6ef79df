"""What `edgekit compile` makes of other people's nets, beside tflite-micro, held to a budget."""

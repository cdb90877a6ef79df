"""How the sensor sits on the body: measuring the rotation from its axes to the body's."""

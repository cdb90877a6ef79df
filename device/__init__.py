"""Device: a Bundle and a sensor (or a replay) in, a Night out; imports neither torch nor tensorflow."""

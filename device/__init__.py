"""Device: a Bundle and a sensor (or a replay) in, a Night out; needs no torch, no tensorflow."""

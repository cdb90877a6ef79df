"""Below which movement a wearer is still, and a sensor lies off the body: facts in g and seconds.

device/decide/wear.py and the alarm decide by them on a computer, firmware/src/wear.c on a wearable,
in whole counts. A limit is a multiple of 10 ug, so that its square is exact in integers there.
"""

# Breathing moves a worn sensor, whoever lies still. Over a minute the window means vary, as the
# length of the standard deviation over three axes (measured):
#   worn  4.7 mg at the least, 22.6 mg in the median, of an ADXL345's 254 minutes on people at rest;
#         1.24 mg at the least on the synthetic sleeper's neck, which breathes least (160 h of 20
#         sleepers), and above 1.67 mg in 99.9 % of its minutes
#   off   0.83 mg at the most in 300 minutes of white noise of 4 mg rms an axis, rounded to 3.9 mg;
#         0.93 mg in the synthetic sleepers' sensors as they cool on a table
# Within a window those noises are 8.7 mg long at the most, and the noisiest of a hundred simulated
# ADXL345 reaches 10 to 12 mg: what moves more is not at rest.
OFF_AFTER_S = 60.0
OFF_MEANS_BELOW_G = 0.00125
OFF_WITHIN_BELOW_G = 0.012  # in more than half of the minute's windows

MOVING_FROM_G = 0.05  # within a window: who moves so may be turning already

# A sum of counts differs from its neighbour by more than this, and the error of floating point is
# far less: a value that equals its limit exactly is decided alike in both.
TIE_G = 1e-12

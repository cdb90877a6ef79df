"""The paper's own numbers, shown beside ours; the paper is Smooth-Distill (see README)."""

# Training time over single-task's, one task of it (the paper, measured by its authors on an A100).
TRAINING_TIME_RATIO = {
    "singletask": 1.0,
    "multitask": 1.5,
    "smooth-distill": 1.72,
    "born-again": 3.3,
    "sd-dropout": 5.18,
}

# kWh of a training on an A100; single-task is both of its nets. Divided by the ratios above they
# give one constant: they are time x a constant power, no measurement of each method.
ENERGY_KWH_A100 = {
    "singletask": 0.557,
    "multitask": 0.431,
    "smooth-distill": 0.485,
    "sd-dropout": 1.444,
}

# Smooth-Distill on WISDM: test accuracy of the student, random windows.
WISDM_ACCURACY = {"posture": 0.6859, "placement": 0.8905}

# p-values of Smooth-Distill against Born-Again, one of each task: equal accuracy, other cost.
P_AGAINST_BORN_AGAIN = (0.72, 0.74)

"""One thread for every library: two cores are shared, and small nets gain nothing by more."""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(variable, "1")

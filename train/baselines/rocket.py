"""MiniRocket and a ridge classifier (Dempster et al., KDD 2021): fixed kernels, learnt weights.

Of each of 9,996 kernels one number counts: the share of the window where it is positive.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sktime.transformations.rocket import MiniRocketMultivariate

from edgekit.windows import Windows

Labels = NDArray[np.int64]

# 20,000 windows make 0.8 GB of numbers, some 3 GB while they are solved; training uses no more.
MOST_WINDOWS = 20_000
CHUNK = 2048  # test windows at a time
# The best, or within a point of it, on WISDM's validation windows of both splits: 100 to 10,000
# tried, 5,000 windows learnt from.
PENALTY = 1e3


def by_rocket(train: Windows, test: Windows, seed: int) -> tuple[Labels, Labels]:
    """Answer posture and placement (N,) of the test windows.

    Learns from at most 20,000 windows, chosen by the seed. A process's first call may compile for
    most of a minute.
    """
    if len(train) > MOST_WINDOWS:
        chosen = np.random.default_rng(seed).permutation(len(train))[:MOST_WINDOWS]
        train = train.take(np.sort(chosen))
    rocket = MiniRocketMultivariate(random_state=seed).fit(_series(train.xyz_g))
    scaler = StandardScaler(copy=False)

    learnt_from = scaler.fit_transform(rocket.transform(_series(train.xyz_g)).to_numpy())
    labels = (train.posture, train.placement)
    ridge = fit_ridge(learnt_from, labels)

    parts = [test.xyz_g[start : start + CHUNK] for start in range(0, len(test), CHUNK)]
    answers = [
        answers_of(ridge, scaler.transform(rocket.transform(_series(part)).to_numpy()), labels)
        for part in parts
    ]
    posture, placement = (np.concatenate(task) for task in zip(*answers, strict=True))
    return posture, placement


def fit_ridge(features: NDArray[np.float32], labels: Sequence[Labels]) -> Ridge:
    """Fit by least squares from features (N, F) to +1 for a window's class and -1 for the others.

    All tasks in one solution, as it is the features' product with themselves that takes the time;
    the answers are those of scikit-learn's RidgeClassifier on each.
    """
    codes = [np.where(of_task[:, None] == np.unique(of_task), 1, -1) for of_task in labels]
    return Ridge(alpha=PENALTY).fit(features, np.concatenate(codes, axis=1).astype(features.dtype))


def answers_of(
    ridge: Ridge, features: NDArray[np.float32], labels: Sequence[Labels]
) -> tuple[Labels, ...]:
    """Answer each task with the class (M,) of the highest score; it was fitted to `labels`."""
    classes = [np.unique(of_task) for of_task in labels]
    ends = np.cumsum([len(of_task) for of_task in classes])[:-1]
    scores = np.split(ridge.predict(features), ends, axis=1)
    return tuple(
        of_task[score.argmax(axis=1)] for of_task, score in zip(classes, scores, strict=True)
    )


def _series(xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
    """Transpose windows (N, samples, 3) to sktime's (N, 3, samples)."""
    return np.ascontiguousarray(xyz_g.transpose(0, 2, 1))

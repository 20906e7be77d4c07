"""Fitting a linear head: a multinomial logistic regression on unit-norm embeddings.

scikit-learn does the fitting; what comes out is a matrix. There is no intercept: embeddings of unit
norm have a common direction that takes its part. The regularisation strength is chosen by the log
loss of photos that a fit has not seen, and the calibration is fitted to such photos as well, so
that its temperature and thresholds do not rest on photos that the head knows by heart.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.encoder import Embeddings
from vision.heads.errors import HeadError

FOLDS = 5
STRENGTHS = (1.0, 4.0, 16.0, 64.0, 256.0)
"""C of scikit-learn: the inverse of the penalty on the squared coefficients."""

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How far rows may be learned, rather than those of zero-shot."""

CLEAR = 2.0
"""The standard errors by which one share must be right more often than a smaller one."""

CHOICE_PHOTOS = 4000
"""The strength is chosen on at most so many photos, evenly spread over each label's."""

MOST_ITERATIONS, TOLERANCE = 400, 1e-3

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ZeroShotRows:
    """What zero-shot makes of the labels: its text embeddings times its logit scale.

    `taught` is V x D, a row for each label to learn, of which `known` (V) says whether there is
    one. `kept` is K x D: labels that no photo teaches, which keep their rows in the head.
    """

    taught: Floats
    known: NDArray[np.bool_]
    kept: Floats


@dataclass(frozen=True, eq=False)
class FittedHead:
    """The rows of V labels taught and K kept, V + K x D float32, none longer than 1.

    `strength` is C, `share` how far the rows are learned rather than zero-shot's, 0..1, and `scale`
    the logit scale that gives back the logits that were fitted. `held_out` are the measures
    (embedding times row, N x V + K, -1..1) of the photos, each by rows fitted without its fold.
    """

    rows: NDArray[np.float32]
    strength: float
    share: float
    scale: float
    held_out: Floats


def fit_head(
    embeddings: Embeddings, taught: Ints, labels: int, zero_shot: ZeroShotRows | None = None
) -> FittedHead:
    """Fits `labels` classes to N photos: `embeddings` N x D of unit norm, `taught` N from 0.

    Every class needs `FOLDS` photos or more, and there are two classes at least. Learned rows and
    zero-shot's are averaged (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models"), with
    no more of the learned ones than held-out photos clearly ask for: a head learned from few
    photos, or from those that the network has seen, falls back on zero-shot. The same photos give
    the same head. Raises `HeadError` where scikit-learn is not installed.
    """
    folds = spread(taught, FOLDS)
    strength = _choose(embeddings, taught, labels)
    learned = [
        coefficients_of(embeddings[folds != fold], taught[folds != fold], labels, strength)
        for fold in range(FOLDS)
    ]
    share = 1.0 if zero_shot is None else _share(embeddings, taught, folds, learned, zero_shot)
    rows = _blend(coefficients_of(embeddings, taught, labels, strength), zero_shot, share)
    longest = float(np.linalg.norm(rows, axis=1).max())
    held_out = np.zeros((len(taught), len(rows)))
    for fold, own in enumerate(learned):
        judged = embeddings[folds == fold].astype(np.float64)
        held_out[folds == fold] = judged @ _blend(own, zero_shot, share).T / longest
    shortened = np.asarray(rows / longest, np.float32)
    return FittedHead(shortened, strength, share, longest, np.clip(held_out, -1.0, 1.0))


def _blend(learned: Floats, zero_shot: ZeroShotRows | None, share: float) -> Floats:
    """Rows of the labels taught, then of those kept.

    Learned rows sum to nothing; the mean of zero-shot's is added, so that they stand beside it.
    """
    if zero_shot is None:
        return learned
    known = zero_shot.known
    middle = zero_shot.taught[known].mean(axis=0) if known.any() else 0.0
    shares = np.where(known, share, 1.0)[:, None]
    taught = (1 - shares) * zero_shot.taught + shares * (learned + middle)
    return np.concatenate([taught, zero_shot.kept])


def _share(
    embeddings: Embeddings,
    taught: Ints,
    folds: Ints,
    learned: list[Floats],
    zero_shot: ZeroShotRows,
) -> float:
    """The least share than which none is right clearly more often on held-out photos."""
    right = np.zeros((len(SHARES), len(taught)))
    for fold, own in enumerate(learned):
        judged = folds == fold
        for place, share in enumerate(SHARES):
            logits = embeddings[judged].astype(np.float64) @ _blend(own, zero_shot, share).T
            right[place, judged] = logits.argmax(axis=1) == taught[judged]
    best = right[int(right.mean(axis=1).argmax())]
    gains = best - right
    errors = gains.std(axis=1) / np.sqrt(len(taught))
    enough = np.flatnonzero(gains.mean(axis=1) <= CLEAR * errors)
    return SHARES[int(enough[0])]


def spread(taught: Ints, parts: int) -> Ints:
    """A part, 0 to `parts` - 1, for each photo: those of each class dealt out in turn."""
    found = np.zeros(len(taught), np.int64)
    for one in np.unique(taught):
        places = np.flatnonzero(taught == one)
        found[places] = np.arange(len(places)) % parts
    return found


def coefficients_of(embeddings: Embeddings, taught: Ints, labels: int, strength: float) -> Floats:
    """The coefficients of V classes, V x D, whose softmax of products is likeliest."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise HeadError(
            "training a head needs scikit-learn: pip install 'vitrine[heads]'"
        ) from error

    model = LogisticRegression(
        C=strength, fit_intercept=False, max_iter=MOST_ITERATIONS, tol=TOLERANCE
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # held-out photos judge what comes out
        model.fit(embeddings.astype(np.float64), taught)
    found = np.asarray(model.coef_, np.float64)
    if labels == 2:  # scikit-learn gives the difference of the two
        found = np.concatenate([-found, found]) / 2
    return found


def _choose(embeddings: Embeddings, taught: Ints, labels: int) -> float:
    """The strength of least log loss on photos of a fold that the fit has not seen."""
    share = max(1, -(-len(taught) // CHOICE_PHOTOS))
    chosen = _thinned(taught, share)
    embeddings, taught = embeddings[chosen], taught[chosen]
    judged = spread(taught, FOLDS) == 0
    losses = []
    for strength in STRENGTHS:
        rows = coefficients_of(embeddings[~judged], taught[~judged], labels, strength)
        losses.append(log_loss(embeddings[judged].astype(np.float64) @ rows.T, taught[judged]))
    return STRENGTHS[int(np.argmin(losses))]


def _thinned(taught: Ints, share: int) -> NDArray[np.bool_]:
    """Every `share`-th photo of each class, but of each class no fewer than `FOLDS`."""
    kept = np.zeros(len(taught), np.bool_)
    for one in np.unique(taught):
        places = np.flatnonzero(taught == one)
        step = max(1, min(share, len(places) // FOLDS))
        kept[places[::step]] = True
    return kept


def log_loss(logits: Floats, taught: Ints) -> float:
    """The mean negative log likelihood of the right classes."""
    total = np.logaddexp.reduce(logits, axis=1)
    return float((total - logits[np.arange(len(taught)), taught]).mean())

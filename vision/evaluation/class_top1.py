"""Whether the likeliest of the photos' own classes is right."""

import numpy as np

from taggers.fitting import LabelledPhotos
from taggers.fitting.photos import Flags


def likeliest_class_right(photos: LabelledPhotos) -> Flags:
    """Of each photo, whether its likeliest label among those of its column's classes is right, N.

    Of labels outside of those classes nothing is asked, so that a bundle that knows more is not
    held back by it. A class of which no label is known is missed.
    """
    right = np.zeros(len(photos), np.bool_)
    for place, classes in enumerate(photos.columns):
        rows = np.flatnonzero(photos.column == place)
        owner = {one: number for number, ids in enumerate(classes) for one in ids}
        owners = np.array([owner.get(label, -1) for label in photos.labels])
        if rows.size and (owners >= 0).any():
            cosines = np.where(owners >= 0, photos.cosines[rows], -np.inf)
            right[rows] = owners[cosines.argmax(axis=1)] == photos.truth[rows]
    return right

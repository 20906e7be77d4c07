"""Fitting a label set's calibration to labelled photos, and measuring it on photos it never saw.

From the cosines of N photos with V visible labels (`photos`): a temperature (`temperature`), a
threshold for each label (`thresholds`), what they decide (`decisions`), and how far confidences can
be believed (`reliability`). `fit` joins them. Nothing here reads a file or an image.
"""

from taggers.fitting.fit import Fitting, cross_fitted_figures, fit_calibration
from taggers.fitting.photos import LabelledPhotos, join_photos, with_not_listing_share

__all__ = [
    "Fitting",
    "LabelledPhotos",
    "cross_fitted_figures",
    "fit_calibration",
    "join_photos",
    "with_not_listing_share",
]

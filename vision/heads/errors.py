"""The one error of making a head."""


class HeadError(Exception):
    """A head cannot be made as asked.

    Raised for a facet that is not known, a label column that is not there or says nothing known,
    too few photos or labels, a head that would hide other categories, weights that are not a head
    of the bundle's encoder, and where scikit-learn is not installed.
    """

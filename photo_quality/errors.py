"""What this package raises."""


class ThresholdsError(ValueError):
    """Raised when a thresholds file does not have the documented form."""


class QualityModelError(ValueError):
    """Raised when a file of fitted numbers does not have the documented form."""

"""Fitting a bundle's calibration again to evaluated photos: `vitrine evaluate --fit`."""

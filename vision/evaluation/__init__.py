"""Measuring a bundle in the open: labelled photos in, figures and a report out.

`vision.evaluation.evaluate.Evaluator` runs the real path (open, encode, tag, name colours) over
Parquet files; `table`, `document` and `report` print what it found.
"""

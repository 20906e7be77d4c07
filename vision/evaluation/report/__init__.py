"""The evaluation as one HTML page that a business stakeholder reads; nothing outside it is needed.

`vision.evaluation.report.page.report` makes it from findings.
"""

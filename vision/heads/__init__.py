"""Linear heads: a facet, or the category, learned from labelled photos on a bundle's embeddings.

`train.train_head` reads labelled photos, fits and writes a copy of the bundle in which the head
stands in place of zero-shot; `attach` adds the heads that LAION published for its encoders.
"""

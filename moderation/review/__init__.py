"""The review desk: the queue of photos that need a person, the people, and what they decided.

`moderation.review.desk.open_desk` opens it on a database; everything else is a method of the
`Desk` that it gives. Importing this package alone imports nothing heavy.
"""

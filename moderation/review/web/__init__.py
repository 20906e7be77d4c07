"""The review desk in a browser: a FastAPI app on the desk's core, with pages that need no script.

`moderation.review.web.app.build_app` makes it; `moderation.review.web.command` serves it.
"""

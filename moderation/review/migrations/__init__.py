"""The steps from one version of the desk's schema to the next, run by Alembic."""

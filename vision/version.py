"""The version of the library, alone in its module so that packaging reads it without imports."""

__version__ = "0.1.0"

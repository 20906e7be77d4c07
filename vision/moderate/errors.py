"""Every error of deciding stored records again, and of redacting their photos."""


class StoredRecordError(Exception):
    """A file of records cannot be used; the message names the file, the line and the key."""

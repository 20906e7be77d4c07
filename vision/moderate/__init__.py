"""Stored records decided again under another policy, and redacted copies of what they flag."""

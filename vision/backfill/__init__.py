"""Millions of listings into shards of records: interruptible, resumable, nothing lost, nothing
twice. See `docs/backfill.md`."""

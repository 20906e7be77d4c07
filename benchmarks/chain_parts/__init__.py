"""The parts of `benchmarks/chain.py`."""

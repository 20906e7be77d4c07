"""The environment in which the recipe's commands run fast on a CPU."""

import os
import sys

KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "67108864",
    "OMP_NUM_THREADS": "1",
}
"""glibc then reuses the pages of one step in the next: about 40% less time a step on two cores."""


def restart_with_kept_memory(module: str) -> None:
    """Starts `python -m module` again with the settings above, unless it runs with them."""
    if not KEEP_MEMORY.keys() <= os.environ.keys():
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | KEEP_MEMORY)

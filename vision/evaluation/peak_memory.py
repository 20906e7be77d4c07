"""The most memory that this process has held."""

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
HIGH_WATER_MARK = "VmHWM:"


def peak_memory_bytes() -> int | None:
    """The greatest resident set so far in bytes; None on systems that do not say (Windows).

    On Linux the kernel's own high-water mark: `getrusage` there begins at what the parent held.
    """
    if STATUS.exists():
        for line in STATUS.read_text("utf-8").splitlines():
            if line.startswith(HIGH_WATER_MARK):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024

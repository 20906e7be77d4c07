"""Connecting to Ray: the cluster that there is, or one of this machine alone for the run's time."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
import ray.data

from vision.backfill.errors import BackfillError

USAGE_REPORTS = "RAY_USAGE_STATS_ENABLED"
"""Ray sends reports of its use to its makers unless this is 0."""


@contextmanager
def connected() -> Iterator[None]:
    """A connection to Ray: the program's own, or one until the block ends.

    `RAY_ADDRESS` names a cluster; without it one that runs on this machine is used, or started.
    Raises BackfillError where Ray cannot be reached.
    """
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault(USAGE_REPORTS, "0")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        with _handlers_kept():
            ray.init(
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.WARNING,
                runtime_env={"env_vars": {"PYTHONPATH": _python_path()}},
            )
    except Exception as error:  # whatever of a cluster is not as it should be
        raise BackfillError(f"Ray cannot be started or reached: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def most_cpus_a_node() -> float:
    """The CPUs of the largest node that is there now."""
    list_nodes: Any = ray.nodes  # it has no types
    nodes = (node for node in list_nodes() if node["Alive"])
    return max((float(node["Resources"].get("CPU", 0)) for node in nodes), default=0.0)


def _python_path() -> str:
    """Where this very code is, for workers on this machine that run from a source folder."""
    here = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))


@contextmanager
def _handlers_kept() -> Iterator[None]:
    """Ray sets its own handler of SIGTERM in the main thread; the program's is put back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

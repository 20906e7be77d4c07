"""A small Ray cluster on this machine; each of its nodes is a raylet of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ray.cluster_utils import Cluster

OBJECT_STORE_BYTES = 80 * 1024 * 1024
QUICK_TO_NOTICE = {"health_check_period_ms": 1000, "health_check_failure_threshold": 5}
"""That a node is gone, within five seconds instead of fifteen."""


@contextmanager
def small_cluster() -> Iterator[Cluster]:
    """A head with one CPU, which an engine finds as it finds any cluster."""
    made = Cluster()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        try:
            add_node(made, _system_config=QUICK_TO_NOTICE)
            patch.setenv("RAY_ADDRESS", made.address)
            yield made
        finally:
            made.shutdown()


def add_node(cluster: Cluster, **options: Any) -> Any:
    """One more node with one CPU."""
    node = cluster.add_node(num_cpus=1, object_store_memory=OBJECT_STORE_BYTES, **options)
    cluster.wait_for_nodes()
    return node

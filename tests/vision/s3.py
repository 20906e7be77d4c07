"""An empty S3, reached through the settings that every AWS tool reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest


@contextmanager
def empty_s3(address: str) -> Iterator[Any]:
    """The server at `address` without anything in it, as boto3's resource."""
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):
        pass
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "ann")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-ann")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3.resource("s3")

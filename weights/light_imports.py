"""Importing open_clip without torch's compiler, which takes a second and which nothing here uses.

torchvision names `torch._dynamo.utils.is_compile_supported` at import, and timm marks four methods
with `torch.compiler.disable`; each alone brings in all of the compiler. Here both wait until they
are called. Nothing else changes: whoever compiles gets what they would have got.
"""

import functools
import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

HEAVY = "torch._dynamo.utils"
_one_at_a_time = threading.Lock()


def import_open_clip() -> ModuleType:
    """The module `open_clip`, imported lightly where nobody has imported it yet."""
    if "open_clip" in sys.modules:
        return importlib.import_module("open_clip")
    with _one_at_a_time, compiler_later():
        return importlib.import_module("open_clip")


@contextmanager
def compiler_later() -> Iterator[None]:
    """Keeps imports within from importing torch's compiler; does nothing where it is there."""
    if HEAVY in sys.modules or not hasattr(torch, "compiler"):
        yield
        return
    at_once = torch.compiler.disable
    placeholder = _placeholder()
    sys.modules[HEAVY] = placeholder
    torch.compiler.disable = _later(at_once)
    try:
        yield
    finally:
        torch.compiler.disable = at_once
        if sys.modules.get(HEAVY) is placeholder:
            del sys.modules[HEAVY]


def _placeholder() -> ModuleType:
    """Stands for the compiler's module: it has one function, and becomes the real one for more."""
    module = ModuleType(HEAVY)

    def is_compile_supported(device: Any) -> Any:
        return importlib.import_module(HEAVY).is_compile_supported(device)

    def __getattr__(name: str) -> Any:  # noqa: N807
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(HEAVY) is module:
            del sys.modules[HEAVY]
        return getattr(importlib.import_module(HEAVY), name)

    module.is_compile_supported = is_compile_supported  # type: ignore[attr-defined]
    module.__getattr__ = __getattr__  # type: ignore[method-assign]
    return module


def _later(disable: Callable[..., Any]) -> Callable[..., Any]:
    """`torch.compiler.disable`, applied to a function when that is first called."""

    def mark(function: Any = None, *args: Any, **options: Any) -> Any:
        if function is None:
            return lambda given: mark(given, *args, **options)
        marked: list[Any] = []

        @functools.wraps(function)
        def first_call(*values: Any, **named: Any) -> Any:
            if not marked:
                marked.append(disable(function, *args, **options))
            return marked[0](*values, **named)

        return first_call

    return mark

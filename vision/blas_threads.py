"""How many threads numpy's products of matrices take."""

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


def keep_blas_to_one_thread() -> None:
    """For the whole process, where numpy multiplies with OpenBLAS, as its wheels do.

    By itself OpenBLAS shares out every product, a small one too, among threads of its own, one for
    each core. They spin while they wait for one another, and a second caller waits for the first:
    photos that are spread over the cores already then take many times the processor time.
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)

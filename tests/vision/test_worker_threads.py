import cv2
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from vision.worker_threads import WorkerThreads


def test_opencv_and_numpy_take_one_thread_each() -> None:
    with WorkerThreads(3):
        assert cv2.getNumThreads() == 1
        blas = [one for one in threadpool_info() if one["internal_api"] == "openblas"]
        assert [one["num_threads"] for one in blas] == [1] * len(blas)

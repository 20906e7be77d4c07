"""What runs a bundle's image tower: PyTorch on the CPU or a GPU, or OpenVINO on the CPU."""

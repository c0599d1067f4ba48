"""CUDA C without a GPU: the files that CuPy compiles for a device, compiled by g++ and run a thread at a time."""

"""A device without a device: arrays as strict as CuPy's over NumPy memory, and a rung that computes on them."""

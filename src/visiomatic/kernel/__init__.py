"""The face of the C++ kernel: numbers in, numbers or bytes of colour out.

Pure functions on :class:`Raster` values. Each has a NumPy twin of the same name in ``kernel/reference.py``.
"""

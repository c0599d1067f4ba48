"""The exercises as whole files. Forward stands as it is; what lies between the two marks is the learner's turn.

Each is an own layer of ours in plain NumPy: the tests compare forward, and so the solution, with `nanoae.layers`.
"""

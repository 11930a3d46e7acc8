"""A synthetic register, larger than any real one, and what the program's reads cost on it.

`python -m benchmarks.generate` makes the register, `python -m benchmarks.measure` measures it and says
whether each goal is kept. Nothing here is part of the program, and nothing of it is ever in the demo.
"""

"""Markers, stakes and gates: what stands on the line, and the numbers that name it.

Each has positions, many and none overwritten, and a history of its names, classes and losses.
Who is responsible for it is a dated assignment with its legal basis, never a formula over the number.
"""

"""The register as people ask for it: features with position, state and duty, as of a date.

It derives one row for every stretch of time in which nothing about a feature changed, and answers every
list, page, map and report from those rows. It also loads the founding data.
"""

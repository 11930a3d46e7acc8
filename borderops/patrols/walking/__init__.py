"""How long the way takes: over paths, over ground, or along the line where there is neither.

`paces` is how fast one walks, `barriers` where one cannot, `paths` a network brought by the user, `ground`
an elevation raster, `along` the border line, and `times.walking_times` puts them together: a table of minutes
for the planner that says for each leg which of them it rests on.
"""

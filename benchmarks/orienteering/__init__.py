"""How good the patrol planner's plans are: published instances, three other solvers, proven optima.

`python -m benchmarks.orienteering FOLDER` reads instances that the user brings;
`python -m benchmarks.orienteering.lines` makes line-shaped ones and compares with optima of an exact method.
"""

"""Joint patrols: planned with the other side, walked, recorded, and what of the line they covered.

A patrol is a plan in versions, steps from state to state, the other side's answers, and what was brought
back: tracks, visits, work done. Nothing of it is changed, only added to. `planning` proposes which features
to visit in which order; `walking` says how long the way takes.
"""

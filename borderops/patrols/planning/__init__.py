"""The patrol planner: which features to visit, by which team, on which day and in which order.

Pure modules: `problem` (what is asked), `plan` (what is answered), `checking` (every limit that a plan
breaks, written apart from the search), `proposing.propose` (the search), `explaining` (why this one, why not
that one). Walking times come from `borderops.patrols.walking`.
"""

"""The planner put to use: a draft and the register posed as a problem, and its answer told to people."""

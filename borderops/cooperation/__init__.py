"""The other side's voice: what a Lao province says about the condition of a feature, or whose duty it is.

A statement stands beside ours and never takes its place. Rows are added, never changed or removed.
"""

"""What auditors read: the events of all slices, and whether the chain of events stands.

It writes nothing of its own; that events were taken out as a file is told as any other read.
"""

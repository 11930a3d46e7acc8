"""What happened: one event for every change, written in the change's own transaction.

It knows nothing of the things that change; it keeps who, what, before, after and why.
"""

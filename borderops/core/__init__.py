"""What every slice stands on: settings, database, errors, geometry, clock and files.

It knows nothing of markers or borders' politics; it imports no other slice.
"""

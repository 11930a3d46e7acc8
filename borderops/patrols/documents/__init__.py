"""A plan to take along: the sheet for the leader, files for receivers and desktop programs."""

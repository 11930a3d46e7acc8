"""What happened on the way: setting out and coming back, visits, work, walks, and tracks laid on the line."""

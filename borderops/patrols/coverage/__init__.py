"""What of the line was walked and seen: by day, part, presence and unit; and what is under way now."""

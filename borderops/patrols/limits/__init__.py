"""Seasons and closed stretches: what slows or stops walking, entered by people with its basis."""

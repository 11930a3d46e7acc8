"""The page frame and the languages: what every page looks like and how every text is said.

Holds the three languages with their catalogues, the one table of labels and the one table of how a state
is drawn, the base template with its macros, and the look. It knows nothing of any subject above it:
navigation is passed in by `app`, and slices bring their own templates and static files.
"""

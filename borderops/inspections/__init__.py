"""What was seen at a feature: inspections, their photos, and the state that follows from them.

An inspection is a record of its own: who, when, from where, on which occasion, with a finding, the marker's
position, the state of its components, cause and urgency. It is corrected by a further record, never edited.
"""

"""The border line and the units on either side of it.

The line is drawn from north to south and carries geodesic chainage on WGS 84, so that everything has a
place by it: so many metres along, so many off, on which side, between which markers. Sections of the line
belong to administrative units, posts and companies by date. Official lengths are attributes of the line,
never computed from its drawing.
"""

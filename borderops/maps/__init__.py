"""Maps: the register for the eyes.

A map is a shell made by folium with its data by address, or, as a file, with everything inside it. No map
asks any host but the program's own for anything. There is no base map: the line, a graticule and the names
of the lands give the place, and a position that is only schematic is drawn as such, with its radius.
"""

"""borderops: the register of a land border's markers, stakes and gates.

It keeps what stands on the line, in what condition it was seen, whose duty it is to repair it, and what
was said and done about it, each on a date, known since a date, from a named source.
"""

__version__ = "0.1.0"

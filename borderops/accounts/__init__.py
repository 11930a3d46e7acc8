"""People, their units, roles and areas of duty.

Until signing in is built it knows one viewer: the operator at the machine itself.
"""

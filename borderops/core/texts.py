"""Texts that can be kept."""

#: All texts but those with the sign U+0000, which PostgreSQL cannot keep; for pydantic and JSON Schema alike.
KEEPABLE = r"^[^\x00]*$"

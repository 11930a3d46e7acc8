"""What every template gets without asking: a nonce on each script.

A script that a template forgets to mark would not run, and one that somebody typed is never marked: the
nonce is put into the source of the templates, before any value is.
"""

import re

from jinja2.ext import Extension

#: The elements that a Content-Security-Policy lets work by their nonce.
_BY_NONCE = re.compile(r"""<(?:script|style)\b|<link\b(?=[^>]*\brel="modulepreload")""")


class MarkedMarkup(Extension):
    """Reads every template's source before it is compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The source with the nonce in every element that needs it."""
        return _BY_NONCE.sub(r'\g<0> nonce="{{ nonce() }}"', source)

"""What every template gets without asking: a nonce on each script, a token in each form that writes.

Both are put into the source of the templates, before any value is: a form cannot forget its token, and a
script that somebody typed is never marked.
"""

import re

from jinja2.ext import Extension

#: The elements that a Content-Security-Policy lets work by their nonce.
_BY_NONCE = re.compile(r"""<(?:script|style)\b|<link\b(?=[^>]*\brel="modulepreload")""")

#: The beginning of a form that writes.
_WRITING_FORM = re.compile(r"""<form\b[^>]*\bmethod="post"[^>]*>""")


class MarkedMarkup(Extension):
    """Reads every template's source before it is compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The source with a nonce in every element that needs it, and a token in every form that writes."""
        marked = _BY_NONCE.sub(r'\g<0> nonce="{{ nonce() }}"', source)
        return _WRITING_FORM.sub(r"\g<0>{{ form_field() }}", marked)

"""How the inner functions of the search are compiled."""

from collections.abc import Callable
from typing import Any

from numba import njit

#: Numba counts the references to every array that a compiled function is handed, and these functions are
#: handed some fifty: that was half of the search's time. They keep none and make none (numba refuses to
#: compile one that would), and the caller holds all of them, so there is nothing to count.
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False, "error_model": "numpy"}

#: A function to its compiled form.
_Compiler = Callable[[Callable[..., Any]], Any]

native: _Compiler = njit(**_OPTIONS)

#: The same for what is put into its callers whole.
native_inline: _Compiler = njit(**_OPTIONS, inline="always")

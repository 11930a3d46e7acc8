"""Passwords by NIST SP 800-63B revision 4, section 3.1.1.

At least 15 characters where the password is all that is asked, at least 8 where a second factor is asked
too; any characters, no rules of composition, no end date. Refused is what is among the common passwords, or
made of words that anybody would try for this person and this program.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise

from pwdlib import PasswordHash
from zxcvbn import zxcvbn

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

LEAST_ALONE = 15
LEAST_WITH_SECOND_FACTOR = 8
#: More than the 64 that must be taken; a bound, so that nobody makes the server hash a book.
MOST = 200

#: Words that anybody would try first here, besides the person's own names.
CONTEXT_WORDS = (
    "borderops",
    "biengioi",
    "bienphong",
    "mocgioi",
    "nghean",
    "xiengkhoang",
    "xiangkhouang",
    "houaphanh",
    "huaphan",
    "bolikhamxay",
    "namcan",
    "vietnam",
    "vietlao",
    "laos",
    "pathetlao",
)

#: Fewer guesses than this and a list of common passwords with their variations has it (zxcvbn: score 3).
_FEWEST_GUESSES = 10**8
_LONGEST_ESTIMATED = 72


class PasswordTooWeak(InvalidInput):
    """The password is too short, or one that is tried first."""

    code = "weak-password"


def normalised(password: str) -> str:
    """The password as it is hashed: the same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def check_password(
    password: str, *, second_factor: bool, words: Collection[str] = (), field: str = "password"
) -> None:
    """Refuse a password that the rules do not allow. `words` are names of the person's own.

    Raises PasswordTooWeak.
    """
    text = normalised(password)
    least = LEAST_WITH_SECOND_FACTOR if second_factor else LEAST_ALONE
    if len(text) < least:
        raise PasswordTooWeak(N_("Take at least %(least)s characters."), field=field, least=least)
    if len(text) > MOST:
        raise PasswordTooWeak(N_("Take at most %(most)s characters."), field=field, most=MOST)
    if _is_guessed(text, words):
        raise PasswordTooWeak(
            N_("Anybody would try this early. Take several words that do not belong together."),
            field=field,
        )


def _is_guessed(text: str, words: Collection[str]) -> bool:
    context = {part for word in (*CONTEXT_WORDS, *words) for part in _parts(word)}
    plain = _plain(text)
    # Context words alone, also repeated and with digits around them, are no password however long.
    rest = re.sub(r"[\W\d_]+", "", plain)
    listed = "|".join(re.escape(word) for word in sorted(context, key=len, reverse=True))
    if re.fullmatch(f"(?:{listed})+", rest) or _is_sequence(plain):
        return True
    # Signs between words that are tried first make them no better.
    together = re.sub(r"[\W_]+", "", plain)
    return min(_guesses(plain, context), _guesses(together, context)) < _FEWEST_GUESSES


def _guesses(text: str, context: Collection[str]) -> int:
    return int(zxcvbn(text[:_LONGEST_ESTIMATED], user_inputs=sorted(context))["guesses"]) if text else 0


def _is_sequence(text: str) -> bool:
    """Whether each sign follows on the one before in the same way: 12345678, aaaaaaaa."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return len(steps) == 1


def _parts(word: str) -> set[str]:
    """A name as people type it into a password: its parts, and all of it in one."""
    plain = _plain(word)
    parts = [part for part in re.split(r"[\W_\d]+", plain) if len(part) > 1]
    return {*parts, "".join(parts)} - {""}


def _plain(text: str) -> str:
    """Lower case without the marks of Vietnamese letters."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def hash_password(password: str) -> str:
    """The password as Argon2id keeps it."""
    return _hasher().hash(normalised(password))


def verify_password(password: str, held: str | None) -> tuple[bool, str | None]:
    """Whether the password is the held one, and a new hash where the held one's cost is no longer enough.

    Where nothing is held it takes the same work, so that nobody learns whether there is such a person.
    """
    if len(password) > MOST:
        password = ""
    matches, renewed = _hasher().verify_and_update(normalised(password), held or _nobodys())
    return (matches, renewed) if held is not None else (False, None)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hash_password("the password of nobody at all")

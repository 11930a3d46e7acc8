"""Passwords, codes, recovery codes, and what keeps them."""

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.accounts.passwords import (
    MOST,
    PasswordTooWeak,
    check_password,
    hash_password,
    verify_password,
)
from borderops.accounts.second_factor import (
    STEP_S,
    as_recovery_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    picture,
    provisioning_address,
)
from borderops.accounts.vault import Vault, open_vault
from borderops.core.errors import Unavailable

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "ba con suối cạn mùa khô",
        "correct horse battery staple",
        "đá cũ bên bờ suối lạ",
        "ຝົນຕົກຢູ່ພູສູງຫຼາຍມື້",
        "482915736620418",
        " spaces at both ends are taken ",
        "x" * 3 + "Qv9-mRt2-Lp0z" * 5,
    ],
)
def test_any_signs_are_taken(password: str) -> None:
    check_password(password, second_factor=False, words=("tran.van.tuan", "Trần Văn Tuần"))


@pytest.mark.parametrize(
    "password",
    [
        "password password",
        "qwertyuiopasdfghjkl",
        "1111111111111111111",
        "1234567890123456789",
        "borderops-borderops-2026",
        "Nghệ An Nghệ An 123",
        "Tuần Tuần Tuần Văn Trần",
        "tranvantuan2026!!!!",
        "BiênPhòngNậmCắn2025",
    ],
)
def test_what_is_tried_first_is_not(password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        check_password(password, second_factor=False, words=("tran.van.tuan", "Trần Văn Tuần"))


def test_fifteen_alone_and_eight_with_a_second_factor() -> None:
    for password, least in (("mưa đá rừng xa", 15), ("đá cũ x", 8)):
        with pytest.raises(PasswordTooWeak):
            check_password(password, second_factor=least == 8)
    check_password("mưa đá rừng xa!", second_factor=False)
    check_password("mưa đá rừng xa", second_factor=True)
    check_password("z" + "đá cũ rừng " * 6, second_factor=False)  # at least 64 must be taken
    with pytest.raises(PasswordTooWeak):
        check_password("ab" * MOST, second_factor=False)


def test_the_same_letters_by_another_keyboard_are_the_same_password() -> None:
    typed = "ba con suối cạn mùa khô"
    held = hash_password(unicodedata.normalize("NFC", typed))
    assert verify_password(unicodedata.normalize("NFD", typed), held) == (True, None)
    assert verify_password("ba con suoi can mua kho", held) == (False, None)
    assert held.startswith("$argon2id$")


def test_nobodys_password_is_no_password() -> None:
    assert verify_password("the password of nobody at all", None) == (False, None)


def test_a_code_is_good_for_its_step_and_its_neighbours_and_once() -> None:
    secret = new_secret()
    app = pyotp.TOTP(secret)
    step = int(NOW.timestamp()) // STEP_S
    for off in (-1, 0, 1):
        code = app.generate_otp(step + off)
        assert matching_step(secret, code, after=None, now=NOW) == step + off
        assert matching_step(secret, code, after=step + off, now=NOW) is None
    for off in (-2, 2):
        assert matching_step(secret, app.generate_otp(step + off), after=None, now=NOW) is None
    assert matching_step(
        secret, f" {app.generate_otp(step)[:3]} {app.generate_otp(step)[3:]}", after=None, now=NOW
    )
    later = NOW + timedelta(seconds=5 * STEP_S)
    assert matching_step(secret, app.generate_otp(step), after=None, now=later) is None


@given(st.text(max_size=12))
def test_nothing_else_is_a_code(typed: str) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    right = {pyotp.TOTP(secret).generate_otp(int(NOW.timestamp()) // STEP_S + off) for off in (-1, 0, 1)}
    if "".join(typed.split()) not in right:
        assert matching_step(secret, typed, after=None, now=NOW) is None


def test_recovery_codes_are_long_and_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert as_recovery_code(code.lower().replace("-", "  ")) == code
        assert len(code.replace("-", "")) == 24


def test_the_picture_asks_no_other_host() -> None:
    drawn = picture(provisioning_address(new_secret(), login="tuan"))
    assert drawn.startswith("<svg")
    assert "href" not in drawn
    assert "style=" not in drawn


def test_the_vault_keeps_its_key_to_itself_and_its_words_to_its_key(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    key = tmp_path / "secrets" / "accounts.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    sealed = vault.seal("JBSWY3DPEHPK3PXP")
    assert b"JBSWY3DPEHPK3PXP" not in sealed
    assert open_vault(tmp_path).open(sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(Unavailable):
        Vault(bytes(32)).open(sealed)


def test_a_device_is_known_by_our_signature_alone(tmp_path: Path) -> None:
    vault, account_id = open_vault(tmp_path), uuid4()
    cookie = vault.sign_device(account_id)
    known = vault.read_device(cookie)
    assert known is not None
    assert known.account_id == account_id
    for forged in ("", "x", cookie[:-1], cookie.replace(str(account_id), str(uuid4())), "." + cookie):
        assert vault.read_device(forged) is None
    assert Vault(bytes(32)).read_device(cookie) is None

"""Checking a signed file at the console: `borderops verify FILE`, without a database or an installation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from borderops.audit.bundles import FAULT_TEXTS, BundleCheck, check_bundle
from borderops.audit.cli import TAMPERED, AsJson
from borderops.core.console import console_language, print_json, stderr
from borderops.core.errors import InvalidInput, Unavailable
from borderops.core.messages import N_, Message
from borderops.core.settings import load_settings
from borderops.core.signing import SigningKeys, key_id, read_public_key
from borderops.ui.languages import Translator, get_translator


def verify(
    file: Annotated[Path, typer.Argument(help="The signed file.")],
    key: Annotated[
        list[Path] | None,
        typer.Option(help="The signer's public key (.pub.pem); this installation's own keys if left out."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Check that a signed file is as the installation made it that signed it.

    Exit code 0: it is. 10: it is not. 3: it is signed with a key that is not known here.
    """
    content = _read(file)
    if key:
        given = [read_public_key(_read(path)) for path in key]
        keys = {key_id(one): one for one in given}
    else:
        keys = dict(SigningKeys(load_settings().home / "keys").known())
    found = check_bundle(content, keys=keys)
    if as_json:
        print_json(found.values())
    else:
        _tell(found, get_translator(console_language()))
    if not found.is_whole:
        raise typer.Exit(TAMPERED)


def _tell(found: BundleCheck, say: Translator) -> None:
    for one in found.faults:
        text = say.t(Message(FAULT_TEXTS[one.fault], {"name": one.name}))
        stderr.print(text, style="bold red", markup=False)
    if found.manifest is None:
        return
    faulty = {one.name for one in found.faults}
    for entry in found.manifest["files"]:
        typer.echo(f"{'✗' if entry['name'] in faulty else '✓'} {entry['name']}")
    typer.echo(_signed(found.manifest, say))
    if found.is_whole:
        typer.echo(say.t(N_("The file is as it was signed.")))


def _signed(manifest: Mapping[str, Any], say: Translator) -> str:
    head = manifest["audit_head"]
    told = say.t(N_("Made at %(at)s by %(who)s."), at=manifest["made_at"], who=manifest["made_by"])
    if head is None:
        return told
    of_chain = say.t(N_("Head of the chain of events"))
    return f"{told}\n{of_chain}: {head['seq']}:{head['hash']}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(N_("There is no file %(file)s."), file=path) from None
    except OSError as error:
        raise Unavailable(
            N_("%(file)s cannot be read: %(reason)s"), file=path, reason=error.strerror or error
        ) from error

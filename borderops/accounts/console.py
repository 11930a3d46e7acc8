"""Where every command begins: whom it works for is settled before it does anything."""

from collections.abc import Iterator
from typing import Any

import typer
from sqlalchemy import select
from typer.core import TyperCommand

from borderops.accounts.commands import permitted
from borderops.accounts.models import Account
from borderops.accounts.viewers import viewer_of
from borderops.core.clock import now, today
from borderops.core.console import console_viewer, open_installation, working_for
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer


class CheckedCommand(TyperCommand):
    """A command that runs for the person named by `--as`, where their duties cover it."""

    def invoke(self, ctx: Any) -> Any:
        """Settle for whom, and run. Raises NotFound and NotAllowed."""
        with working_for(_viewer_for(command_words(ctx), ctx.find_root().obj)):
            return super().invoke(ctx)


def check_commands(app: typer.Typer, *, by: type[CheckedCommand]) -> None:
    """Have every command below `app` checked, run as one of the class `by`."""
    for one in _all_typers(app):
        for command in one.registered_commands:
            command.cls = by


def command_words(context: Any) -> str:
    """The command as one types it, without the program's own name: `features list`."""
    words: list[str] = []
    while context.parent is not None:
        words.insert(0, context.info_name)
        context = context.parent
    return " ".join(words)


def _viewer_for(command: str, login: str | None) -> Viewer:
    if login is None:
        return permitted(command, console_viewer())
    with open_installation() as installation, installation.transaction() as session:
        account = session.scalar(select(Account).where(Account.login == login.lower()))
        if account is None:
            raise NotFound(N_("Nobody signs in as %(login)s."), field="as", login=login)
        return permitted(command, viewer_of(session, account, today(now())))


def _all_typers(app: typer.Typer) -> Iterator[typer.Typer]:
    yield app
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from _all_typers(group.typer_instance)

"""Every command has its line in the table of what it demands, and is checked against it."""

import pytest
import typer
from typer.core import TyperGroup

from borderops.accounts.commands import COMMANDS, permitted
from borderops.accounts.console import CheckedCommand
from borderops.accounts.rules import PERMISSIONS, SCOPES, Permission, Role
from borderops.cli import PLACES, app, load
from borderops.core.errors import NotAllowed
from borderops.core.viewer import EVERYTHING, LOCAL_OPERATOR, NOBODY, Sees, Viewer


def commands() -> dict[str, object]:
    """All commands of the program, by the words one types."""
    found: dict[str, object] = {}

    def walk(group: TyperGroup, words: tuple[str, ...]) -> None:
        for name, command in group.commands.items():
            if isinstance(command, TyperGroup):
                walk(command, (*words, name))
            else:
                found[" ".join((*words, name))] = command

    root = typer.main.get_command(app)  # it imports each command as it is asked for
    assert isinstance(root, TyperGroup)
    walk(root, ())
    return found


def test_every_command_has_a_line_and_every_line_a_command() -> None:
    assert commands().keys() == COMMANDS.keys()


def test_the_list_of_commands_says_of_each_what_it_says_of_itself() -> None:
    said = {name: " ".join(load(name).help.partition("\n\n")[0].split()) for name in PLACES}
    assert said == {name: place.help for name, place in PLACES.items()}


def test_every_command_is_checked() -> None:
    unchecked = [words for words, command in commands().items() if not isinstance(command, CheckedCommand)]
    assert unchecked == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_role_runs_what_its_permissions_cover(role: Role, command: str) -> None:
    viewer = Viewer("someone", sees=SCOPES[role], permissions=frozenset(PERMISSIONS[role]), roles=(role,))
    if COMMANDS[command] in PERMISSIONS[role]:
        assert permitted(command, viewer).name == "someone"
    else:
        with pytest.raises(NotAllowed):
            permitted(command, viewer)


def test_the_operator_runs_everything_and_nobody_nothing() -> None:
    for command in COMMANDS:
        assert permitted(command, LOCAL_OPERATOR).sees_all
        with pytest.raises(NotAllowed):
            permitted(command, NOBODY)


def test_a_command_without_a_line_does_not_run() -> None:
    with pytest.raises(NotAllowed):
        permitted("features erase", LOCAL_OPERATOR)


def test_only_commands_that_look_after_the_installation_widen_what_is_seen() -> None:
    for command, demanded in COMMANDS.items():
        viewer = Viewer("someone", sees=Sees.UNITS, permissions=frozenset({demanded}))
        wider = permitted(command, viewer)
        assert (EVERYTHING in wider.permissions) == (demanded == Permission.MANAGE_INSTALLATION), command

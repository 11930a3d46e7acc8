"""What is left until just before the commit, and what is told just after it.

A step that must come last in a transaction (all else is written, nothing more is waited for) leaves its work
here with `leave`. Just before the commit each step is given all that was left for it, in order, once. What
was left inside a savepoint that is rolled back, or in a transaction that is not committed, is dropped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

Step = Callable[[Session, Sequence[Any]], None]


@dataclass
class _Pending:
    left: list[tuple[Step, object]] = field(default_factory=list)
    #: How much had been left when each open savepoint began.
    marks: dict[SessionTransaction, int] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)


_PENDING = "pending"


def leave(session: Session, *, step: Step, item: object) -> None:
    """Leave `item` for `step`, which is called just before the transaction's commit with all items."""
    _begun(session).left.append((step, item))


def count_left(session: Session, *, step: Step) -> int:
    """How many items are left for the step."""
    return sum(one is step for one, _item in _pending(session).left)


def after_commit(session: Session, *, call: Callable[[], None]) -> None:
    """Call it once this transaction is committed; never where it is not."""
    _begun(session).after.append(call)


def install_pending(sessions: sessionmaker[Session]) -> None:
    """Let the sessions do what is left in them; the last of all that listens to their commits."""
    event.listen(sessions, "before_commit", _finish)
    event.listen(sessions, "after_commit", _tell)
    event.listen(sessions, "after_transaction_create", _mark)
    event.listen(sessions, "after_soft_rollback", _drop_since)
    event.listen(sessions, "after_transaction_end", _forget)


def _begun(session: Session) -> _Pending:
    # What is left belongs to a transaction, and goes with it, also where nothing was asked in it yet.
    if not session.in_transaction():
        session.begin()
    return _pending(session)


def _pending(session: Session) -> _Pending:
    held: _Pending = session.info.setdefault(_PENDING, _Pending())
    return held


def _finish(session: Session) -> None:
    # The release of a savepoint is told as a commit too; what comes last waits for the real one.
    if session.in_nested_transaction():
        return
    pending = _pending(session)
    if not pending.left:
        return
    session.flush()
    left, pending.left = pending.left, []
    steps: dict[Step, list[object]] = {}
    for step, item in left:
        steps.setdefault(step, []).append(item)
    for step, items in steps.items():
        step(session, items)


def _tell(session: Session) -> None:
    if session.in_nested_transaction():
        return
    pending = _pending(session)
    calls, pending.after = pending.after, []
    for call in calls:
        call()


def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        pending = _pending(session)
        pending.marks[transaction] = len(pending.left)


def _drop_since(session: Session, transaction: SessionTransaction) -> None:
    pending = _pending(session)
    mark = pending.marks.get(transaction)
    if mark is not None:
        del pending.left[mark:]


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_PENDING, None)

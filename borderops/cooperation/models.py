"""The table of the other side's statements."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from borderops.cooperation.rules import About, Answer
from borderops.core.columns import Known, one_of
from borderops.core.database import Base


class Statement(Known, Base):
    """What the people of a Lao province (`audience`) stated about a feature on a day.

    `words` may be left out where they agree. `id` is made by the sender, so that sending twice states once.
    """

    __tablename__ = "statement"
    __table_args__ = (
        one_of("about", About),
        one_of("answer", Answer),
        CheckConstraint("answer = 'agrees' OR words <> ''", name="words"),
        Index("ix_statement_feature", "feature_id", "audience"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    feature_id: Mapped[UUID] = mapped_column(ForeignKey("feature.id"))
    audience: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    about: Mapped[str]
    answer: Mapped[str]
    words: Mapped[str | None]
    stated_on: Mapped[date] = mapped_column(Date)
    stated_by: Mapped[str]

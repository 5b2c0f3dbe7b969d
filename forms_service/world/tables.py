"""The tables as queries see them. They are created by the migrations alone; a test compares both.

In clear are only forms, inboxes, languages, channels, stages, flags, dates and who has access;
whatever a person wrote is sealed.
"""

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Moment(TypeDecorator[datetime]):
    """A moment, kept as whole seconds since 1970 (UTC); always with a time zone in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return seconds; a moment without time zone is a mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Day(TypeDecorator[date]):
    """A calendar day, kept as YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Return the day as text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Return the day."""
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """Return 1 or 0."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Return the truth value."""
        return None if value is None else bool(value)


metadata = MetaData()

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("trial", Flag, nullable=False),
    Column("pepper_check", LargeBinary, nullable=False),
    Column("mail_key_check", LargeBinary, nullable=False),
    Column("recovery_public_key", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("team", Text),
    Column("public_key", LargeBinary, nullable=False),
    Column("private_key_sealed", LargeBinary, nullable=False),
    Column("password_salt", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("totp_sealed", LargeBinary),
    Column("totp_last_step", Integer),
)

role = Table(
    "role",
    metadata,
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("inbox", Text, primary_key=True),
    Column("role", Text, primary_key=True),
)

case = Table(
    "case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("form", Text, nullable=False),
    Column("inbox", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("suspicious", Flag, nullable=False),
    Column("perhaps_same", Flag, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("opened_by", Moment, nullable=False),
    Column("acknowledged_by", Moment, nullable=False),
    Column("news_by", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("acknowledged_at", Moment),
    Column("unread_since", Moment),
    Column("delete_on", Day),
    Column("likeness", LargeBinary, nullable=False, index=True),
    Column("receipt_lookup", LargeBinary, nullable=False, unique=True),
    Column("key_for_receipt", LargeBinary, nullable=False),
    Column("key_for_recovery", LargeBinary, nullable=False),
)

access = Table(
    "access",
    metadata,
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("opens_at", Moment, nullable=False),
    Column("key_sealed", LargeBinary, nullable=False),
    Index("ix_access_member_id", "member_id", "opens_at"),
)

exclusion = Table(
    "exclusion",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE")),
    Column("team", Text),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("member_id", Text, ForeignKey("member.id", ondelete="SET NULL")),
    Column("written_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("about", Text, ForeignKey("entry.id", ondelete="CASCADE")),
    UniqueConstraint("case_id", "place"),
)

receipt_copy = Table(
    "receipt_copy",
    metadata,
    Column("token_id", LargeBinary, primary_key=True),
    Column("content", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_id", LargeBinary, primary_key=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE")),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE")),
    Column("key_sealed", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("happened_at", Moment, nullable=False),
    Column("action", Text, nullable=False),
    Column("member_id", Text, ForeignKey("member.id", ondelete="SET NULL")),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), index=True),
)

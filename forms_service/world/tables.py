"""The tables as queries see them. They are created by the migrations alone; a test compares both.

In clear are only forms, inboxes, languages, channels, stages, flags, dates and who has access;
whatever a person wrote is sealed.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from forms_service.world.columns import Day, Flag, Moment

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
    Column("admin", Flag, nullable=False),
    Column("disabled_at", Moment),
)

role = Table(
    "role",
    metadata,
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("inbox", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("since", Moment),
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
    Column("delete_on", Day, index=True),
    Column("taken_by", Text, ForeignKey("member.id", ondelete="SET NULL")),
    Column("closed_at", Moment),
    Column("dissatisfied_at", Moment),
    Column("deletion_asked_at", Moment),
    Column("slip", Flag, nullable=False),
    Column("figure_sealed", LargeBinary),
    Column("note_address_sealed", LargeBinary),
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
    Index("ix_access_may_read", "member_id", "opens_at", "case_id"),
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
    Column("about_member_id", Text, ForeignKey("member.id", ondelete="SET NULL")),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("entry_id", Text, ForeignKey("entry.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("description_sealed", LargeBinary, nullable=False),
    Column("header", LargeBinary, nullable=False),
    UniqueConstraint("entry_id", "place"),
)

attachment_chunk = Table(
    "attachment_chunk",
    metadata,
    Column(
        "attachment_id", Text, ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("written_at", Moment, nullable=False),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Text, primary_key=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), nullable=False),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE")),
    Column("reason", Text, nullable=False),
    Column("urgent", Flag, nullable=False),
    Column("opens_at", Moment, nullable=False),
    Column("mailed_at", Moment),
    UniqueConstraint("case_id", "member_id", "reason", "opens_at"),
    Index("ix_notice_member_id", "member_id", "opens_at"),
)

mail = Table(
    "mail",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE")),
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE")),
    Column("written_at", Moment, nullable=False),
    Column("try_at", Moment, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("claimed_at", Moment),
)

figure = Table(
    "figure",
    metadata,
    Column("id", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("inbox", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("anonymous", Flag),
    Column("days_to_acknowledge", Integer),
    Column("days_to_close", Integer),
    Column("outcome", Text, nullable=False),
    Column("dissatisfied", Flag, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_id", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("team", Text),
    Column("admin", Flag, nullable=False),
    Column("roles", Text, nullable=False),
    Column("invited_by", Text, ForeignKey("member.id", ondelete="SET NULL")),
    Column("replaces", Text, ForeignKey("member.id", ondelete="CASCADE")),
    Column("expires_at", Moment, nullable=False),
)

asked_role = Table(
    "asked_role",
    metadata,
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("inbox", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("asked_by", Text, ForeignKey("member.id", ondelete="SET NULL")),
    Column("asked_at", Moment, nullable=False),
)

owed_key = Table(
    "owed_key",
    metadata,
    Column("case_id", Text, ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Text, primary_key=True),
    Column("opens_at", Moment, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("code_id", LargeBinary, primary_key=True),
)

absence = Table(
    "absence",
    metadata,
    Column("member_id", Text, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("deputy_id", Text, ForeignKey("member.id", ondelete="CASCADE"), nullable=False),
    Column("starts_on", Day, nullable=False),
    Column("ends_on", Day, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key_id", LargeBinary, nullable=False, index=True),
    Column("happened_at", Moment, nullable=False),
)

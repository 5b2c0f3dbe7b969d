"""Answers: sessions, second factor, translations, the log of who did what.

`case` is rebuilt: a case that nobody has closed has no day of deletion yet, and one that its
sender wrote to since is marked.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
_MOMENT = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
_STRICT = {"sqlite": " STRICT", "postgresql": ""}

_KEPT = (
    "id, form, inbox, language, channel, status, suspicious, perhaps_same, arrived_at, opened_by, "
    "acknowledged_by, news_by, answer_by, opened_at, acknowledged_at, delete_on, likeness, "
    "receipt_lookup, key_for_receipt, key_for_recovery"
)


def upgrade() -> None:
    """Change `case`, then add what is new."""
    dialect = op.get_context().dialect.name
    blob, moment, strict = _BYTES[dialect], _MOMENT[dialect], _STRICT[dialect]
    if dialect == "sqlite":
        _rebuild_case(blob, moment, strict)
    else:
        op.execute('ALTER TABLE "case" ALTER COLUMN delete_on DROP NOT NULL')
        op.execute(f'ALTER TABLE "case" ADD COLUMN unread_since {moment}')
    op.execute("UPDATE \"case\" SET delete_on = NULL WHERE form <> 'contact'")
    for statement in (
        f"ALTER TABLE member ADD COLUMN totp_sealed {blob}",
        "ALTER TABLE member ADD COLUMN totp_last_step INTEGER",
        "ALTER TABLE entry ADD COLUMN about TEXT REFERENCES entry (id) ON DELETE CASCADE",
        f"""CREATE TABLE session (
            token_id {blob} NOT NULL PRIMARY KEY,
            member_id TEXT REFERENCES member (id) ON DELETE CASCADE,
            case_id TEXT REFERENCES "case" (id) ON DELETE CASCADE,
            key_sealed {blob} NOT NULL,
            expires_at {moment} NOT NULL,
            CHECK ((member_id IS NULL) <> (case_id IS NULL))
        ){strict}""",
        "CREATE INDEX ix_session_expires_at ON session (expires_at)",
        f"""CREATE TABLE audit (
            id TEXT NOT NULL PRIMARY KEY,
            happened_at {moment} NOT NULL,
            action TEXT NOT NULL,
            member_id TEXT REFERENCES member (id) ON DELETE SET NULL,
            case_id TEXT REFERENCES "case" (id) ON DELETE CASCADE
        ){strict}""",
        "CREATE INDEX ix_audit_case_id ON audit (case_id)",
    ):
        op.execute(statement)


def _rebuild_case(blob: str, moment: str, strict: str) -> None:
    """Rebuild the table; the caller has turned foreign keys off, or its children would go."""
    for statement in (
        f"""CREATE TABLE case_new (
            id TEXT NOT NULL PRIMARY KEY,
            form TEXT NOT NULL,
            inbox TEXT NOT NULL,
            language TEXT NOT NULL,
            channel TEXT NOT NULL CHECK (channel IN ('web', 'paper', 'spoken')),
            status TEXT NOT NULL,
            suspicious INTEGER NOT NULL CHECK (suspicious IN (0, 1)),
            perhaps_same INTEGER NOT NULL CHECK (perhaps_same IN (0, 1)),
            arrived_at {moment} NOT NULL,
            opened_by {moment} NOT NULL,
            acknowledged_by {moment} NOT NULL,
            news_by {moment} NOT NULL,
            answer_by {moment} NOT NULL,
            opened_at {moment},
            acknowledged_at {moment},
            unread_since {moment},
            delete_on TEXT,
            likeness {blob} NOT NULL,
            receipt_lookup {blob} NOT NULL UNIQUE,
            key_for_receipt {blob} NOT NULL,
            key_for_recovery {blob} NOT NULL
        ){strict}""",
        f'INSERT INTO case_new ({_KEPT}) SELECT {_KEPT} FROM "case"',  # noqa: S608 - constants
        'DROP TABLE "case"',
        'ALTER TABLE case_new RENAME TO "case"',
        'CREATE INDEX ix_case_likeness ON "case" (likeness)',
    ):
        op.execute(statement)

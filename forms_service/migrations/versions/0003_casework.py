"""Files, hand-over, drafts, notices and mails, figures, invitations, absences."""

from alembic import op

revision = "0003"
down_revision = "0002"

_BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
_MOMENT = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
_STRICT = {"sqlite": " STRICT", "postgresql": ""}

_ATTEMPT = {
    "sqlite": "CREATE TABLE attempt (id TEXT NOT NULL PRIMARY KEY, key_id BLOB NOT NULL, "
    "happened_at INTEGER NOT NULL) STRICT",
    "postgresql": "CREATE UNLOGGED TABLE attempt (id TEXT NOT NULL PRIMARY KEY, "
    "key_id BYTEA NOT NULL, happened_at BIGINT NOT NULL)",
}


def upgrade() -> None:
    """Add what is new; `access` alone is rebuilt."""
    dialect = op.get_context().dialect.name
    # What may be lost with a crash needs no log, and no copy on a second server.
    op.execute(_ATTEMPT[dialect])
    op.execute("CREATE INDEX ix_attempt_key_id ON attempt (key_id)")
    for statement in _statements(_BYTES[dialect], _MOMENT[dialect], _STRICT[dialect]):
        op.execute(statement)


def _statements(blob: str, moment: str, strict: str) -> tuple[str, ...]:
    return (
        # Whose case it is; when it ended; what its sender asked for.
        'ALTER TABLE "case" ADD COLUMN taken_by TEXT REFERENCES member (id) ON DELETE SET NULL',
        f'ALTER TABLE "case" ADD COLUMN closed_at {moment}',
        f'ALTER TABLE "case" ADD COLUMN dissatisfied_at {moment}',
        f'ALTER TABLE "case" ADD COLUMN deletion_asked_at {moment}',
        # The number of a slip that staff handed out is replaced at the sender's first visit.
        'ALTER TABLE "case" ADD COLUMN slip INTEGER NOT NULL DEFAULT 0 CHECK (slip IN (0, 1))',
        # For the service alone, under keys from the secrets: what is counted, and where to write
        # that there is something new.
        f'ALTER TABLE "case" ADD COLUMN figure_sealed {blob}',
        f'ALTER TABLE "case" ADD COLUMN note_address_sealed {blob}',
        'CREATE INDEX ix_case_delete_on ON "case" (delete_on)',
        # Who may read what now, without looking at the keys.
        "ALTER TABLE member ADD COLUMN admin INTEGER NOT NULL DEFAULT 0 CHECK (admin IN (0, 1))",
        f"ALTER TABLE member ADD COLUMN disabled_at {moment}",
        f"ALTER TABLE role ADD COLUMN since {moment}",
        "ALTER TABLE audit ADD COLUMN about_member_id TEXT "
        "REFERENCES member (id) ON DELETE SET NULL",
        f"""CREATE TABLE attachment (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            entry_id TEXT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            description_sealed {blob} NOT NULL,
            header {blob} NOT NULL,
            UNIQUE (entry_id, place)
        ){strict}""",
        "CREATE INDEX ix_attachment_case_id ON attachment (case_id)",
        f"""CREATE TABLE attachment_chunk (
            attachment_id TEXT NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            sealed {blob} NOT NULL,
            PRIMARY KEY (attachment_id, place)
        ){strict}""",
        f"""CREATE TABLE draft (
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            sealed {blob} NOT NULL,
            written_at {moment} NOT NULL,
            PRIMARY KEY (case_id, member_id, kind)
        ){strict}""",
        f"""CREATE TABLE notice (
            id TEXT NOT NULL PRIMARY KEY,
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            case_id TEXT REFERENCES "case" (id) ON DELETE CASCADE,
            reason TEXT NOT NULL,
            urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
            opens_at {moment} NOT NULL,
            mailed_at {moment},
            UNIQUE (case_id, member_id, reason, opens_at)
        ){strict}""",
        "CREATE INDEX ix_notice_member_id ON notice (member_id, opens_at)",
        f"""CREATE TABLE mail (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            language TEXT NOT NULL,
            member_id TEXT REFERENCES member (id) ON DELETE CASCADE,
            case_id TEXT REFERENCES "case" (id) ON DELETE CASCADE,
            written_at {moment} NOT NULL,
            try_at {moment} NOT NULL,
            tries INTEGER NOT NULL,
            claimed_at {moment},
            CHECK ((member_id IS NULL) <> (case_id IS NULL))
        ){strict}""",
        "CREATE INDEX ix_mail_try_at ON mail (try_at)",
        f"""CREATE TABLE figure (
            id TEXT NOT NULL PRIMARY KEY,
            month TEXT NOT NULL,
            form TEXT NOT NULL,
            inbox TEXT NOT NULL,
            category TEXT NOT NULL,
            channel TEXT NOT NULL,
            language TEXT NOT NULL,
            anonymous INTEGER CHECK (anonymous IN (0, 1)),
            days_to_acknowledge INTEGER,
            days_to_close INTEGER,
            outcome TEXT NOT NULL,
            dissatisfied INTEGER NOT NULL CHECK (dissatisfied IN (0, 1))
        ){strict}""",
        f"""CREATE TABLE invitation (
            token_id {blob} NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            language TEXT NOT NULL,
            team TEXT,
            admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
            roles TEXT NOT NULL,
            invited_by TEXT REFERENCES member (id) ON DELETE SET NULL,
            replaces TEXT REFERENCES member (id) ON DELETE CASCADE,
            expires_at {moment} NOT NULL
        ){strict}""",
        f"""CREATE TABLE asked_role (
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            inbox TEXT NOT NULL,
            role TEXT NOT NULL,
            asked_by TEXT REFERENCES member (id) ON DELETE SET NULL,
            asked_at {moment} NOT NULL,
            PRIMARY KEY (member_id, inbox, role)
        ){strict}""",
        # Keys of older cases that a member is to get from someone who holds them.
        f"""CREATE TABLE owed_key (
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            step TEXT NOT NULL,
            opens_at {moment} NOT NULL,
            PRIMARY KEY (case_id, member_id, step)
        ){strict}""",
        f"""CREATE TABLE recovery_code (
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            code_id {blob} NOT NULL,
            PRIMARY KEY (member_id, code_id)
        ){strict}""",
        f"""CREATE TABLE absence (
            member_id TEXT NOT NULL PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
            deputy_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            starts_on TEXT NOT NULL,
            ends_on TEXT NOT NULL,
            CHECK (member_id <> deputy_id)
        ){strict}""",
        # Rebuilt for one more step; nothing refers to it.
        f"""CREATE TABLE access_new (
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            step TEXT NOT NULL CHECK (step IN ('arrival', 'opened', 'acknowledged', 'answered',
                'given', 'deputy_while_away')),
            opens_at {moment} NOT NULL,
            key_sealed {blob} NOT NULL,
            PRIMARY KEY (case_id, member_id, step)
        ){strict}""",
        "INSERT INTO access_new SELECT case_id, member_id, step, opens_at, key_sealed FROM access",
        "DROP TABLE access",
        "ALTER TABLE access_new RENAME TO access",
        "CREATE INDEX ix_access_member_id ON access (member_id, opens_at)",
        "CREATE INDEX ix_access_may_read ON access (member_id, opens_at, case_id)",
    )

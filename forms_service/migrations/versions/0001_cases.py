"""Members and their keys, cases, who may read them, and what belongs to them."""

from alembic import op

revision = "0001"
down_revision = None

_BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
_MOMENT = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
_STRICT = {"sqlite": " STRICT", "postgresql": ""}


def upgrade() -> None:
    """Create the first tables."""
    dialect = op.get_context().dialect.name
    blob, moment, strict = _BYTES[dialect], _MOMENT[dialect], _STRICT[dialect]
    for statement in (
        f"""CREATE TABLE installation (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
            pepper_check {blob} NOT NULL,
            mail_key_check {blob} NOT NULL,
            recovery_public_key {blob} NOT NULL,
            created_at {moment} NOT NULL
        ){strict}""",
        f"""CREATE TABLE member (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL UNIQUE,
            language TEXT NOT NULL,
            team TEXT,
            public_key {blob} NOT NULL,
            private_key_sealed {blob} NOT NULL,
            password_salt {blob} NOT NULL,
            created_at {moment} NOT NULL
        ){strict}""",
        f"""CREATE TABLE role (
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            inbox TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('reader', 'deputy', 'management', 'outside')),
            PRIMARY KEY (member_id, inbox, role)
        ){strict}""",
        f"""CREATE TABLE "case" (
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
            delete_on TEXT NOT NULL,
            likeness {blob} NOT NULL,
            receipt_lookup {blob} NOT NULL UNIQUE,
            key_for_receipt {blob} NOT NULL,
            key_for_recovery {blob} NOT NULL
        ){strict}""",
        'CREATE INDEX ix_case_likeness ON "case" (likeness)',
        f"""CREATE TABLE access (
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            step TEXT NOT NULL
                CHECK (step IN ('arrival', 'opened', 'acknowledged', 'answered', 'given')),
            opens_at {moment} NOT NULL,
            key_sealed {blob} NOT NULL,
            PRIMARY KEY (case_id, member_id, step)
        ){strict}""",
        "CREATE INDEX ix_access_member_id ON access (member_id, opens_at)",
        f"""CREATE TABLE exclusion (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            member_id TEXT REFERENCES member (id) ON DELETE CASCADE,
            team TEXT,
            CHECK ((member_id IS NULL) <> (team IS NULL))
        ){strict}""",
        "CREATE INDEX ix_exclusion_case_id ON exclusion (case_id)",
        f"""CREATE TABLE entry (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            kind TEXT NOT NULL,
            member_id TEXT REFERENCES member (id) ON DELETE SET NULL,
            written_at {moment} NOT NULL,
            sealed {blob} NOT NULL,
            UNIQUE (case_id, place)
        ){strict}""",
        f"""CREATE TABLE receipt_copy (
            token_id {blob} NOT NULL,
            content {blob} NOT NULL,
            sealed {blob} NOT NULL,
            expires_at {moment} NOT NULL,
            PRIMARY KEY (token_id, content)
        ){strict}""",
    ):
        op.execute(statement)

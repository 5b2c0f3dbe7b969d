"""What an inbox lacks, and who may confirm whom."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from forms_service.rules import readership
from forms_service.rules.process import ESCALATION, Role
from tests.rules.examples import organisation_of_the_site

INBOX = organisation_of_the_site().inboxes["questions"]
COMPLAINTS = structs.replace(INBOX, complaints=True)
members = st.sampled_from("ABCDE")
held = st.sets(st.tuples(members, st.sampled_from(sorted(ESCALATION))))


@given(held)
def test_complaints_need_two_readers_and_one_outside(pairs: set[tuple[str, Role]]) -> None:
    readers = {who for who, role in pairs if role == "reader"}
    only_outside = {who for who, role in pairs if role == "outside"} - {
        who for who, role in pairs if role != "outside"
    }
    complete = len(readers) >= 2 and len(only_outside) >= 1
    assert (readership.lacking(COMPLAINTS, pairs) == []) == complete


@given(held)
def test_every_other_inbox_needs_one_reader(pairs: set[tuple[str, Role]]) -> None:
    there = any(role == "reader" for _, role in pairs)
    assert (readership.lacking(INBOX, pairs) == []) == there


@given(held, st.tuples(members, st.sampled_from(sorted(ESCALATION))))
def test_somebody_more_inside_never_makes_readers_fewer(
    pairs: set[tuple[str, Role]], more: tuple[str, Role]
) -> None:
    if "readers" not in readership.lacking(COMPLAINTS, pairs):
        assert "readers" not in readership.lacking(COMPLAINTS, pairs | {more})


@given(st.sets(members), members, st.one_of(st.none(), members))
def test_nobody_confirms_themselves_and_who_asked_only_alone(
    holders: set[str], newcomer: str, asked_by: str | None
) -> None:
    deciding = readership.confirmers(holders, newcomer=newcomer, asked_by=asked_by)
    assert newcomer not in deciding
    assert deciding <= holders
    if asked_by in deciding:
        assert deciding == {asked_by}
    assert bool(deciding) == bool(holders - {newcomer})

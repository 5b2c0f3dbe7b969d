"""What senders and staff of the trying-out mode did with each other. Everything is made up."""

from dataclasses import replace
from datetime import datetime, timedelta

from forms_service.rules.forms import FORMS, clean
from forms_service.usecases import conversation, senders_wishes, sharing, signing_in, submit
from forms_service.usecases.casework import Answer, answer_case, open_case
from forms_service.usecases.conversation import Visit
from forms_service.usecases.drafts import ANSWER
from forms_service.usecases.signing_in import SignedIn
from forms_service.usecases.submit import Submission
from forms_service.usecases.trial_cases import (
    ASKS_DELETION,
    DISSATISFIED,
    HANDED_OVER,
    SAMPLES,
    WRITES_BACK,
    Sample,
)
from forms_service.usecases.writing import keep_draft, note, translate
from forms_service.world.portal import Portal
from forms_service.world.store import access


async def tell(portal: Portal, lena: SignedIn, sam: SignedIn) -> None:
    """Let every case of the trial arrive and come as far as it is today."""
    for place, sample in enumerate(SAMPLES):
        await _play(portal, sample, timedelta(minutes=place), lena, sam)
    await _writes_back(portal, lena)
    await _second_look(portal, lena)
    await _handed_over(portal, lena, sam)
    await _asks_deletion(portal, lena)


def _ago(portal: Portal, days: int, earlier: timedelta = timedelta()) -> Portal:
    """Return the portal as it was some days ago."""
    moment: datetime = portal.clock() - timedelta(days=days) - earlier
    return replace(portal, clock=lambda: moment)


async def _play(
    portal: Portal, sample: Sample, earlier: timedelta, lena: SignedIn, sam: SignedIn
) -> None:
    """Let a case arrive, typed in by Sam if it came by hand, and Lena answer it."""
    then = _ago(portal, sample.days_ago, earlier)
    await _submit(then, sample, sam.member.id)
    if not (sample.answers or sample.draft):
        return
    readable = await portal.database.read(
        lambda connection: access.readable(connection, lena.member.id, portal.clock())
    )
    arrived = then.clock().replace(microsecond=0)
    (case_id,) = [case.id for case in readable if case.arrived_at == arrived]
    for days, sentence, text in sample.answers:
        day = _ago(portal, days, earlier)
        await open_case(day, lena, case_id)
        await answer_case(day, lena, case_id, Answer(sentence=sentence, text=text))
    if sample.draft:
        await keep_draft(portal, lena, case_id, ANSWER, {"text": sample.draft})


async def _submit(portal: Portal, sample: Sample, typist: str = "") -> str:
    form = FORMS[sample.form]
    by_hand = sample.channel != "web"
    submission = Submission(
        form,
        sample.language,
        clean(form, sample.values, portal.organisation, sample.language).answers,
        signing_in.new_browser_token(),
        "trial",
        suspicious=sample.odd,
        channel=sample.channel,
        slip=by_hand,
        entered_by=typist if by_hand else None,
    )
    return (await submit.receive(portal, submission)).number


async def _arrive(portal: Portal, sample: Sample) -> Visit:
    """Let a case arrive; return it as its sender sees it, who has come back with the number."""
    number = await _submit(portal, sample)
    sender = signing_in.new_browser_token()
    await conversation.come_in(portal, number, sender, "trial")
    visit = await conversation.visit(portal, sender)
    if visit is None:
        raise RuntimeError("the trial could not be filled")
    return visit


async def _writes_back(portal: Portal, lena: SignedIn) -> None:
    """Acknowledged, answered with a translation, noted, written back to."""
    then = _ago(portal, WRITES_BACK.days_ago)
    visit = await _arrive(then, WRITES_BACK)
    case_id = visit.case.id
    first = (await open_case(then, lena, case_id)).items[0].id
    said = "Niemand hat uns gesagt, dass das Büro nachmittags zu ist."
    await translate(then, lena, case_id, first, said, "de")
    answer = Answer(
        sentence="changed",
        text="Die Öffnungszeiten hängen jetzt an der Tür. Passt das so?",
        translation="The opening hours are now on the door. Is that all right?",
    )
    await answer_case(then, lena, case_id, answer)
    await note(then, lena, case_id, "Aushang geprüft, hängt in drei Sprachen.")
    await conversation.write_back(then, visit, "Thank you. Please put it in Arabic too.")


async def _second_look(portal: Portal, lena: SignedIn) -> None:
    """Lena answered, the person isn't satisfied: now it's Sam's turn."""
    visit = await _arrive(_ago(portal, DISSATISFIED.days_ago), DISSATISFIED)
    answered = _ago(portal, 10)
    await open_case(answered, lena, visit.case.id)
    answer = Answer(
        sentence="answer",
        text="Der Termin fiel aus, weil die Übersetzerin krank war.",
        translation="Зустріч скасували, бо перекладачка захворіла.",
    )
    await answer_case(answered, lena, visit.case.id, answer)
    said = "Про це мені ніхто не сказав. Я чекала дві години."
    await senders_wishes.object_to_answer(_ago(portal, 1), visit, said)


async def _handed_over(portal: Portal, lena: SignedIn, sam: SignedIn) -> None:
    """Lena has taken a case and handed it to Sam, with a note."""
    then = _ago(portal, HANDED_OVER.days_ago)
    case_id = (await _arrive(then, HANDED_OVER)).case.id
    await open_case(then, lena, case_id)
    await sharing.take(then, lena, case_id, "")
    await answer_case(then, lena, case_id, Answer(sentence="acknowledged"))
    said = "Ich bin ab morgen nicht da. Der Termin ist am Freitag."
    await sharing.hand_over(_ago(portal, 1), lena, case_id, sam.member.id, said)


async def _asks_deletion(portal: Portal, lena: SignedIn) -> None:
    """The person has got an answer, and wants everything deleted."""
    then = _ago(portal, ASKS_DELETION.days_ago)
    visit = await _arrive(then, ASKS_DELETION)
    await open_case(then, lena, visit.case.id)
    await answer_case(then, lena, visit.case.id, Answer(sentence="call_us"))
    await senders_wishes.ask_deletion(_ago(portal, 2), visit)

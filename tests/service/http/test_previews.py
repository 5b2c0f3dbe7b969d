"""A prepared sentence is seen beforehand as its reader will read it, in every language."""

from functools import partial

from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.process import SENTENCES
from forms_service.world.portal import Portal
from forms_service.world.site import Site
from forms_service.world.store import cases
from tests.service.http.actors import Browser, page, sentence
from tests.service.http.conftest import SignIn
from tests.service.http.examples import VALID
from tests.service.http.ledger import Ledger

SEEN = {each.code: each for each in SENTENCES["complaint"] if each.code in ("need_time", "changed")}


async def test_a_sentence_previews_right_in_each_language(
    browser: Browser, sign_in: SignIn, ledger: Ledger, site: Site, portal: Portal
) -> None:
    # Given a case whose sender reads one language after the other
    await browser.send("/de/beschwerde/", VALID["complaint"])
    case_id = (await ledger.only_case()).id
    lena = await sign_in("Lena")
    path = f"/staff/fall/{case_id}/antwort/"
    for code in site.languages:
        language = LANGUAGES[code]
        await portal.database.write(partial(cases.change, case_id=case_id, language=code))
        for prepared in SEEN.values():
            # When the sentence is chosen and looked at
            values = {"sentence": prepared.code, "until": "2026-12-01", "step": "preview"}
            shown = page(await lena.post(path, values)).classed("as-written")
            # Then it stands there in the sender's language and direction, its day written out
            theirs = shown[0]
            said = {"date": "|"} if prepared.names_date else {}
            whole = sentence(prepared.text, code, **said)
            assert theirs.get("lang") == language.tag, (code, prepared.code)
            assert theirs.get("dir") == language.direction
            for part in whole.split("|"):
                assert part.strip() in theirs.text
            assert "%(" not in theirs.text
            # And in the member's own beside it, where that is another one
            ours = [each.text for each in shown[1:]]
            assert bool(ours) == (code != SOURCE), code
            if code not in (SOURCE, "ls"):
                assert ours != [theirs.text]


def test_no_sentence_is_left_in_german(site: Site) -> None:
    for code in set(site.languages) - {SOURCE, "ls"}:
        for each in {one for sentences in SENTENCES.values() for one in sentences}:
            values = {"date": "|"} if each.names_date else {}
            said = sentence(each.text, code, **values)
            assert said != sentence(each.text, SOURCE, **values), (code, each.code)
            assert said.count("|") == (1 if each.names_date else 0), (code, each.code)

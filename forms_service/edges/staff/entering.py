"""Entering by hand: a paper sheet, or what somebody said; then the slip with their number."""

import base64
import binascii
import logging
from typing import Literal, cast

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from forms_service.edges import guard
from forms_service.edges.logging import note_fault
from forms_service.edges.staff.door import Door, one
from forms_service.edges.staff.pages import StaffPages
from forms_service.edges.staff.words import CHANNELS
from forms_service.rules.catalogues import texts_for
from forms_service.rules.deadlines import local_day
from forms_service.rules.fields import Problem
from forms_service.rules.forms import FORMS, Form, clean, presets
from forms_service.rules.languages import LANGUAGES, SOURCE
from forms_service.rules.receipts import groups
from forms_service.rules.rendering import fill, render
from forms_service.rules.sealing import KEY_BYTES
from forms_service.usecases import submit
from forms_service.usecases.signing_in import SignedIn, new_browser_token
from forms_service.usecases.submit import Receipt
from forms_service.world.portal import Portal
from forms_service.world.settings import Settings
from forms_service.world.store.members import Member

log = logging.getLogger(__name__)

_FORMS = ("complaint", "contact")
"""Applications come online only."""

_BY_HAND = ("paper", "spoken")

_HERE = "/staff/eingeben/"
_ASKED = ("form", "channel", "spoken", "once")


class Entering:
    """First what it is, then the form itself, then the slip."""

    def __init__(self, portal: Portal, pages: StaffPages, door: Door, settings: Settings) -> None:
        self._portal = portal
        self._pages = pages
        self._door = door
        self._origin = settings.origin

    def routes(self) -> list[Route]:
        """Return the address for all three."""
        behind = self._door.for_members
        self._door.fill_in_again(_HERE, self._bring_back)
        return [
            Route(_HERE, behind(self._show), methods=["GET"]),
            Route(_HERE, behind(self._take), methods=["POST"]),
        ]

    async def _show(self, request: Request, at: SignedIn) -> Response:
        """Ask what is to be entered; once that is known, show the form, empty."""
        asked = {name: request.query_params.get(name, "") for name in ("form", "channel", "spoken")}
        if not self._is_known(asked):
            return self._first(at.member, asked, wrong=any(asked.values()))
        form, language = FORMS[asked["form"]], asked["spoken"]
        once = base64.urlsafe_b64encode(new_browser_token()).decode()
        return self._form(at.member, form, asked | {"once": once}, presets(form, language))

    async def _take(self, request: Request, at: SignedIn) -> Response:
        """Take in what was typed, by the same rules as the sender's own form."""
        values = await guard.form_values(request)
        asked = {name: one(values, name) for name in _ASKED}
        token = _token(asked["once"])
        if not self._is_known(asked) or token is None:
            return self._first(at.member, asked, wrong=True)
        form = FORMS[asked["form"]]
        cleaned = clean(form, values, self._pages.organisation, at.member.language)
        if cleaned.problems:
            return self._form(at.member, form, asked, values, cleaned.problems)
        submission = submit.Submission(
            form=form,
            language=asked["spoken"],
            answers=cleaned.answers,
            browser_token=token,
            address=f"member {at.member.id}",
            channel=cast(Literal["paper", "spoken"], asked["channel"]),
            slip=True,
            entered_by=at.member.id,
        )
        try:
            receipt = await submit.receive(self._portal, submission)
        except Exception as fault:
            # Nothing is saved; what was typed comes back instead of being lost.
            note_fault(log, request, fault)
            return self._form(at.member, form, asked, values, nothing_saved=True)
        return self._slip(at.member, asked["spoken"], receipt)

    def _bring_back(self, at: SignedIn, values: dict[str, list[str]]) -> Response:
        """Show the form as it was filled in when the session ended."""
        asked = {name: one(values, name) for name in _ASKED}
        if not self._is_known(asked):
            return self._first(at.member, asked, wrong=True)
        return self._form(at.member, FORMS[asked["form"]], asked, values)

    def _is_known(self, asked: dict[str, str]) -> bool:
        return (
            asked["form"] in _FORMS
            and asked["channel"] in _BY_HAND
            and asked["spoken"] in self._pages.languages
        )

    def _first(self, member: Member, asked: dict[str, str], *, wrong: bool) -> Response:
        return self._pages.page(
            "entering",
            member,
            status=422 if wrong else 200,
            asked=asked,
            wrong=wrong,
            forms=[FORMS[name] for name in _FORMS],
            channels=_BY_HAND,
            offered=self._pages.languages,
        )

    def _form(
        self,
        member: Member,
        form: Form,
        asked: dict[str, str],
        values: dict[str, list[str]],
        problems: list[Problem] | None = None,
        *,
        nothing_saved: bool = False,
    ) -> Response:
        texts = texts_for(member.language)
        channel = CHANNELS[asked["channel"]]
        return self._pages.page(
            "entry",
            member,
            status=503 if nothing_saved else 422 if problems else 200,
            form=form,
            asked=asked,
            channel=texts.gettext(channel),
            filled=fill(form, texts, self._pages.organisation, values, problems or ()),
            hotlines=[each for each in self._pages.organisation.hotlines if each.emergency],
            nothing_saved=nothing_saved,
        )

    def _slip(self, member: Member, language: str, receipt: Receipt) -> Response:
        """Show the number, for the person: in their language, and in German."""
        sheets = [
            (
                LANGUAGES[code],
                render(
                    "public/slip_words.html",
                    texts_for(code),
                    address=f"{self._origin}/{code}/antwort/",
                    promised=receipt.promised,
                    local_day=local_day,
                ),
            )
            for code in dict.fromkeys((language, SOURCE))
        ]
        return self._pages.page(
            "slip",
            member,
            sheets=sheets,
            groups=groups(receipt.number),
            code=segno.make(receipt.number, error="m").svg_inline(border=2, omitsize=True),
        )


def _token(typed: str) -> bytes | None:
    """Return the token that lets the same form be sent only once."""
    try:
        token = base64.urlsafe_b64decode(typed)
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == KEY_BYTES else None

"""Figures of last year for the trying-out mode, where no case is that old. All are made up."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from forms_service.rules.deadlines import local_day
from forms_service.rules.figures import NONE, Figure
from forms_service.world.portal import Portal
from forms_service.world.store import figures

_CATEGORIES = {
    "complaint": ("time_to_listen", NONE, "time_to_listen", "accompaniment"),
    "contact": ("counselling", "training", "counselling", NONE, "counselling"),
    "application": (NONE,),
}
_INBOXES = {"complaint": "complaints", "contact": "questions", "application": "applications"}
_FORMS = ("contact", "complaint", "contact", "application", "contact", "complaint")
_LANGUAGES = ("ar", "de", "ar", "uk", "en", "fa", "ar", "ti", "de", "ru", "ku")
_CHANNELS = ("web", "web", "web", "paper") * 6 + ("web", "web", "web", "spoken")
_OUTCOMES = {
    "complaint": ("closed_agreed", "closed_partly", "closed_agreed", "closed_not_agreed"),
    "contact": ("closed", "closed", "closed_withdrawn"),
    "application": ("closed_accepted", "closed"),
}
_CASES = 84


async def add_last_year(portal: Portal, now: datetime) -> None:
    """Keep the rows of a year's cases that were deleted since."""
    year = local_day(now).year - 1

    async def add(connection: AsyncConnection) -> None:
        for place in range(_CASES):
            form = _FORMS[place % len(_FORMS)]

            def one_of(values: tuple[str, ...], at: int = place) -> str:
                return values[at % len(values)]

            await figures.add(
                connection,
                Figure(
                    month=f"{year:04}-{place % 12 + 1:02}",
                    form=form,
                    inbox=_INBOXES[form],
                    category=one_of(_CATEGORIES[form], place // len(_FORMS)),
                    channel=one_of(_CHANNELS),
                    language=one_of(_LANGUAGES),
                    anonymous=form != "application" and place % 3 != 0,
                    days_to_acknowledge=place % 5,
                    days_to_close=3 + place * 7 % 60,
                    outcome=one_of(_OUTCOMES[form], place // len(_FORMS)),
                    dissatisfied=place % 11 == 0,
                ),
            )

    await portal.database.write(add)

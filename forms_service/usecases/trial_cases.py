"""The cases of the trying-out mode, as one table. Everything in it is made up.

Those that are more than asked and answered have a name; `trial_stories` tells how they went on.
"""

from dataclasses import dataclass, field

from forms_service.usecases.submit import Channel

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Sample:
    """A case that came so many days ago, and what staff answered since.

    `answers` are (days ago, prepared sentence, own words); `draft` is what Lena has begun to
    write; `odd` was sent by a machine.
    """

    days_ago: int
    form: str
    language: str
    values: Values
    answers: tuple[tuple[int, str, str], ...] = ()
    channel: Channel = "web"
    odd: bool = False
    draft: str = ""


@dataclass(frozen=True)
class _Applicant:
    """What applications have in common."""

    language: str
    name: str
    town: str
    background: str
    more: Values = field(default_factory=dict)

    @property
    def values(self) -> Values:
        """What the form sends."""
        return {
            "name": [self.name],
            "town": [self.town],
            "adult": ["yes"],
            "phone": ["+49 151 0000000"],
            "language": [self.language],
            "counsel_languages": [self.language, "en"],
            "german": ["talk"],
            "background": [self.background],
            "availability": ["yes"],
        } | self.more


def _complaint(text: str, **more: str) -> Values:
    return {"what_happened": [text], "answer_by": ["number"]} | {
        name: [value] for name, value in more.items()
    }


def _contact(language: str, **more: str) -> Values:
    values = {"topic": "counselling", "language": language, "reach_by": "number"} | more
    return {name: [value] for name, value in values.items()}


_MIDWIFE = _Applicant(
    "en",
    "Amara",
    "Schwerin",
    "I worked as a midwife for six years.",
    {"counsel_languages": ["en", "fr"], "needs": ["Child care in the mornings."], "keep": ["yes"]},
)
_TEACHER = _Applicant("fr", "Mariam", "Rostock", "J'ai été enseignante pendant dix ans.")
_NURSE = _Applicant("ar", "يوسف", "Wismar", "عملتُ ممرضًا أربع سنوات.")
_DOCTOR = _Applicant("uk", "Оксана", "Greifswald", "Я працювала лікаркою вісім років.")
_COOK = _Applicant("tr", "Deniz", "Stralsund", "Aşçı olarak çalıştım.")
_MOTHER = _Applicant("so", "Xalima", "Rostock", "Waxaan ahaa macallimad.")

_TWICE = Sample(0, "complaint", "ru", _complaint("В общежитии нет горячей воды."))
WRITES_BACK = Sample(
    2, "complaint", "en",
    _complaint("Nobody told us that the office is closed in the afternoon."),
)  # fmt: skip
DISSATISFIED = Sample(
    13, "complaint", "uk", _complaint("Мені пообіцяли переклад, але ніхто не прийшов.")
)
HANDED_OVER = Sample(
    3, "contact", "so",
    _contact("so", topic="accompaniment", name="Sahra", message="Waxaan u baahanahay qof i raaca."),
)  # fmt: skip
ASKS_DELETION = Sample(16, "contact", "ku", _contact("ku", name="Rojda"))

SAMPLES = (
    # Waits for us: too long already, new, or with a promise to keep.
    Sample(
        6, "complaint", "ar",
        _complaint("انتظرتُ ثلاث ساعات ولم يتحدث معي أحد.", principle="time_to_listen", place="office"),
    ),
    Sample(
        3, "contact", "ar",
        _contact(
            "ar", name="سلمى", reach_by="call", phone="٠١٥١ ٢٣٤٥٦٧٨", speak_with="woman",
            good_time="صباحًا قبل الساعة العاشرة", may_leave_message="no",
        ),
    ),
    Sample(1, "application", "en", _MIDWIFE.values),
    Sample(
        0, "complaint", "de",
        _complaint("In unserem Flur wird nachts an die Türen geschlagen. Wir haben Angst.", danger="yes"),
    ),
    Sample(
        0, "contact", "de",
        _contact(
            "de", topic="taking_part", reach_by="email", email="helfen@example.org",
            message="Ich möchte zwei Stunden in der Woche beim Deutschlernen helfen.",
        ),
    ),
    Sample(
        0, "complaint", "ti", _complaint("ኣብ ቤት ጽሕፈት ሓደ ሰብ እኳ ኣይሰምዓንን።", name="ሰላም"), channel="spoken"
    ),
    Sample(0, "contact", "ps", _contact("ps", name="زرغونه", speak_with="woman"), channel="paper"),
    Sample(5, "contact", "uk", _contact("uk", name="Оксана"), ((4, "acknowledged", ""),)),
    Sample(
        9, "complaint", "tr",
        _complaint("Odamızda üç haftadır ısıtma çalışmıyor.", place="accommodation"),
        ((8, "clarifying", ""),),
        draft="Der Techniker kommt am ",
    ),
    Sample(
        12, "complaint", "ku", _complaint("Kesî guh neda min."), ((10, "waiting_for_others", ""),)
    ),
    Sample(8, "application", "fr", _TEACHER.values, ((7, "being_read", ""),)),
    # Not for everyone: kept from Lena's team, from Lena herself, and sent twice by somebody else.
    Sample(
        1, "complaint", "fr",
        _complaint(
            "La personne à l'accueil s'est moquée de moi.", about_staff="yes", not_read_by="support"
        ),
    ),
    Sample(
        1, "complaint", "fa",
        _complaint("نامهٔ مرا باز کردند.", not_read_by_other="خانم Vogt"),
    ),
    _TWICE,
    _TWICE,
    # Waits for the person.
    Sample(
        7, "contact", "fa",
        _contact("fa", name="مریم", message="می‌خواهم با کسی صحبت کنم.", consent="yes"),
        ((5, "question", "An welchem Tag passt es Ihnen?"),),
    ),
    Sample(
        15, "complaint", "ru", _complaint("Мне нагрубили на входе.", answer_by="number"),
        ((13, "answer", "Wir haben mit dem Team gesprochen und bitten um Entschuldigung."),),
    ),
    Sample(20, "application", "ar", _NURSE.values, ((14, "invited", "Am Montag um zehn Uhr."),)),
    Sample(25, "application", "uk", _DOCTOR.values, ((6, "place_offered", ""),)),
    Sample(30, "application", "tr", _COOK.values, ((16, "not_this_time", ""),)),
    # Perhaps an advertisement.
    Sample(
        1, "contact", "en",
        _contact("en", topic="other", message="Rank higher today: https://spam.example"), odd=True,
    ),
    # Closed, each in its way; the first is deleted in a few days.
    Sample(92, "contact", "en", _contact("en", name="Grace"), ((88, "closed", ""),)),
    Sample(60, "complaint", "fa", _complaint("در اتاق خیلی سرد بود."), ((50, "closed_agreed", ""),)),
    Sample(55, "complaint", "de", _complaint("Es war laut."), ((45, "closed_partly", ""),)),
    Sample(50, "complaint", "so", _complaint("Cidna ima dhegaysan."), ((40, "closed_not_agreed", ""),)),
    Sample(45, "complaint", "en", _complaint("My letter got lost."), ((35, "closed_unclear", ""),)),
    Sample(40, "complaint", "ar", _complaint("لم يترجم لي أحد."), ((30, "closed_passed_on", ""),)),
    Sample(35, "contact", "tr", _contact("tr"), ((33, "closed_withdrawn", ""),)),
    Sample(28, "application", "so", _MOTHER.values, ((12, "closed_accepted", ""),)),
)  # fmt: skip

"""What people would pick instead: a form in Django, kept in clear text in SQLite.

It is helped where it can be: no sessions, sign-in or messages, a connection to the database that
stays open, and SQLite as Django's own documentation recommends it for production (WAL, immediate
transactions), durable like ours (`synchronous=FULL`). The module is what gunicorn loads; it makes
its table then. `DJANGO_DATABASE` names the file.
"""

import os
import secrets

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

_PAGE = """<!doctype html><html lang="ar" dir="rtl"><title>{{ title }}</title><body>
{% if number %}<h1>{{ title }}</h1><p class="receipt">{{ number }}</p>
{% else %}<form method="post">{{ form.as_div }}<button>{{ title }}</button></form>{% endif %}
</body></html>"""

settings.configure(
    SECRET_KEY=secrets.token_hex(),
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    LANGUAGE_CODE="ar",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DJANGO_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"page.html": _PAGE})],
                    )
                ]
            },
        }
    ],
)
django.setup()


class Complaint(models.Model):
    """A complaint with the fields of ours."""

    number = models.CharField(max_length=20, unique=True)
    arrived_at = models.DateTimeField(auto_now_add=True)
    danger = models.CharField(max_length=20, blank=True)
    what_happened = models.TextField(max_length=5000)
    principle = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=40, blank=True)
    when = models.CharField(max_length=200, blank=True)
    about_staff = models.CharField(max_length=20, blank=True)
    good_solution = models.TextField(max_length=2000, blank=True)
    answer_by = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        app_label = "complaints"


class ComplaintForm(ModelForm):
    """The form for it."""

    class Meta:
        model = Complaint
        exclude = ("number",)


def complain(request: HttpRequest) -> HttpResponse:
    """Show the form, or keep what was sent and show its number."""
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.number = f"{secrets.randbelow(10**20):020}"
        form.save()
        return render(request, "page.html", {"title": "شكرا", "number": form.instance.number})
    return render(request, "page.html", {"title": "شكوى", "form": form})


urlpatterns = [path("", complain)]

with connection.schema_editor() as editor:
    editor.create_model(Complaint)
connection.close()
application = get_wsgi_application()

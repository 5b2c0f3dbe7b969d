"""Measures what taking a submission costs: how many a second, how long each waits, how much memory.

Beside it, in the same run: a POST that does nothing, what Argon2id alone allows, the same path
without Argon2id, and a plain Django form.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

from forms_service.rules.receipts import number_from
from forms_service.rules.sealing import KEY_BYTES, RECEIPT_COST, receipt_keys
from project.benchmarks import competing, load
from project.benchmarks.builds import built_site
from project.benchmarks.competing import DJANGO, IDLE, OURS, STRIPPED, Contestant
from project.benchmarks.load import Found, Plan
from project.benchmarks.memory import Memory, memory_of
from project.benchmarks.profiles import shares
from project.benchmarks.report import Row, markdown_table, table

TITLE = "Taking a submission"
LEVELS = (1, 16, 128)
"""So many send at once."""

PAGES = (
    *("/de/", "/ar/beratung/", "/ti/leitbild/", "/uk/aktuelles/"),
    *("/fa/beschwerde/", "/en/kontakt/"),
)
_USUAL, _MANY, _RUNNING_BESIDE = 16, 128, 64
_READERS, _PAUSE_SECONDS = 8, 0.1
_SETTLING_SECONDS = 3
_PROFILED_SECONDS = 5
_LIBRARIES_SHOWN = 10

METHOD = """\
A complaint of some 450 Arabic letters, each time another text, is sent urlencoded over HTTP/1.1
connections that are kept open, to servers in processes of their own. *{ours}* is the service as
`make run` starts it (so that there are readers to seal each case to), limits off, on SQLite with
`synchronous=FULL` on {disk}. *{stripped}* is the same with Argon2id at libsodium's minimum.
*{idle}* is a Starlette application behind the same server settings, which reads the body and
answers. *{django}* keeps the same fields in clear text: gunicorn with two workers of four threads
(its usual kind of worker can't keep connections open), SQLite in WAL mode with `synchronous=FULL`,
neither sessions nor sign-in. Argon2id alone (8 MiB, one pass) runs in as many threads as there are
cores, by PyNaCl.

Everybody sends again as soon as they have their answer. An error is an answer without a number, a
broken connection, or no answer within half a minute. The generator is a process of its own on the
same cores, and nobody is bound to any: a request costs it {worked:.2f} ms of processor time, which
is taken from what is measured; against canned answers it reaches {canned:.0f} a second. The servers
take turns, {rounds} times {seconds:g} s each after a second to warm up; the round in the middle
counts, and the errors of all rounds. Pages are read by {readers} readers who wait {pause:g} s
before the next one, first alone, then while {beside} submissions run. Memory is that of the
service's process, shortly after its first start and after all of this.
"""

WHERE = """\
Where the time goes in the thread that answers, of *{stripped}* at {usual} at once (by cProfile,
which makes Python's own functions look dearer than they are; what SQLite, its driver's threads and
the disk need isn't in it):
"""


def add_options(parser: ArgumentParser) -> None:
    """Add what can be measured less of."""
    group = parser.add_argument_group("submission")
    group.add_argument("--seconds", type=float, default=8, help="of each round")
    group.add_argument("--rounds", type=int, default=3, help="how often each server has its turn")
    group.add_argument("--disk", type=Path, help="folder for the databases")


def measure(options: Namespace) -> str:
    """Start all servers, send, read beside it; return what was measured."""
    rounds, seconds = options.rounds, options.seconds
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.disk) as name:
        folder = Path(name)
        site = built_site(options.site, folder)
        _say("starting the servers")
        with ExitStack() as stack:
            ours = stack.enter_context(competing.portal(site, folder / "ours"))
            all_of_them = [
                ours,
                stack.enter_context(competing.stripped(site, folder / "stripped")),
                stack.enter_context(competing.helper(IDLE, "idle")),
                stack.enter_context(competing.django(folder / "django.sqlite")),
            ]
            canned = stack.enter_context(competing.helper(competing.CANNED, "canned"))
            time.sleep(_SETTLING_SECONDS)
            idle_memory = memory_of(ours.process)
            generator = _send(canned, _USUAL, seconds)
            argon, sent = _take_turns(all_of_them, rounds, seconds)
            reading = _read_beside(ours, rounds, seconds)
            rows = _rows(sent, argon, reading, (idle_memory, memory_of(ours.process)))
        where = _where_time_goes(site, folder)
        disk = _file_system(folder)
    method = METHOD.format(
        ours=OURS, stripped=STRIPPED, idle=IDLE, django=DJANGO, disk=disk,
        worked=generator.worked_ms, canned=generator.a_second, rounds=rounds, seconds=seconds,
        readers=_READERS, pause=_PAUSE_SECONDS, beside=_RUNNING_BESIDE,
    )  # fmt: skip
    figures = f"{_figures(sent)}\nArgon2id alone: {argon:.0f} a second.\n"
    budgets = table(rows, "the other", "that is")
    return f"{method}\n{figures}\n{budgets}\n{where}"


def argon_alone(seconds: float) -> float:
    """Return how many receipt numbers are stretched a second when nothing else is done."""
    until = time.perf_counter() + seconds

    def stretch(_: int) -> int:
        done = 0
        while time.perf_counter() < until:
            receipt_keys(number_from(done), bytes(KEY_BYTES), RECEIPT_COST)
            done += 1
        return done

    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as threads:
        return sum(threads.map(stretch, range(cores))) / seconds


def _send(to: Contestant, at_once: int, seconds: float) -> Found:
    _say(f"{to.name}, {at_once} at once")
    return load.found(load.start(to.plan(at_once, seconds)))


def _take_turns(
    all_of_them: Sequence[Contestant], rounds: int, seconds: float
) -> tuple[float, dict[tuple[str, int], Found]]:
    """Return what Argon2id alone allows a second, and what was found by name and level."""
    alone: list[float] = []
    sent: dict[tuple[str, int], list[Found]] = {}
    for _ in range(rounds):
        _say("Argon2id alone")
        alone.append(argon_alone(seconds))
        for at_once in LEVELS:
            for each in all_of_them:
                sent.setdefault((each.name, at_once), []).append(_send(each, at_once, seconds))
    return median(alone), {
        which: _middle(found, lambda each: each.a_second) for which, found in sent.items()
    }


def _read_beside(ours: Contestant, rounds: int, seconds: float) -> tuple[Found, Found]:
    """Return what was found reading pages, alone and while submissions run."""
    pages = Plan(
        ours.port,
        [load.get(ours.port, page) for page in PAGES],
        _READERS,
        seconds,
        pause_seconds=_PAUSE_SECONDS,
    )
    alone, beside = [], []
    for _ in range(rounds):
        _say("reading pages")
        alone.append(load.found(load.start(pages)))
        _say(f"reading pages while {_RUNNING_BESIDE} submissions run")
        submissions = load.start(ours.plan(_RUNNING_BESIDE, seconds + 1))
        beside.append(load.found(load.start(pages)))
        load.found(submissions)
    return _middle(alone, lambda each: each.p99_ms), _middle(beside, lambda each: each.p99_ms)


def _middle(found: Sequence[Found], key: Callable[[Found], float]) -> Found:
    """Return the round in the middle, with the errors of all."""
    in_order = sorted(found, key=key)
    return replace(in_order[len(found) // 2], errors=sum(each.errors for each in found))


def _figures(sent: dict[tuple[str, int], Found]) -> str:
    head = ["at once", "sent to", "a second", "half of them within", "99 % within", "errors"]
    lines = [
        [
            str(at_once),
            name,
            f"{found.a_second:.0f}",
            f"{found.p50_ms:.1f} ms",
            f"{found.p99_ms:.1f} ms",
            str(found.errors),
        ]
        for (name, at_once), found in sorted(sent.items(), key=lambda each: each[0][1])
    ]
    return markdown_table([head, *lines])


def _rows(
    sent: dict[tuple[str, int], Found],
    argon: float,
    reading: tuple[Found, Found],
    memory: tuple[Memory, Memory],
) -> list[Row]:
    """Return the budgets of the design with what was measured."""
    ours, many = sent[OURS, _USUAL], sent[OURS, _MANY]
    stripped, nothing = sent[STRIPPED, _USUAL].a_second, sent[IDLE, _USUAL].a_second
    alone, beside = reading
    return [
        _share(f"{_USUAL} at once, of what Argon2id alone allows", ours.a_second, argon, 0.6),
        Row(f"errors, {_MANY} at once", "", many.errors, 0),
        _share(f"without Argon2id, of {IDLE}", stripped, nothing, 0.25),
        _share(f"{_USUAL} at once, of {DJANGO}", ours.a_second, sent[DJANGO, _USUAL].a_second),
        Row(
            f"99 % of pages, while {_RUNNING_BESIDE} submissions run, by the same when idle",
            "",
            beside.p99_ms / alone.p99_ms,
            5,
            where=f"{beside.p99_ms:.1f} ms of {alone.p99_ms:.1f} ms, {beside.errors} errors",
        ),
        *(
            Row(f"memory, {when}", "MB", each.rss, budget, where=f"PSS {each.pss:.0f} MB")
            for when, each, budget in zip(("idle", "after it all"), memory, (90, 200), strict=True)
        ),
    ]


def _share(what: str, part: float, whole: float, budget: float | None = None) -> Row:
    where = f"{part:.0f} of {whole:.0f} a second"
    return Row(what, "", part / whole, budget, at_least=True, where=where)


def _where_time_goes(site: Path, folder: Path) -> str:
    _say("where the time goes")
    profile = folder / "profile"
    with competing.stripped(site, folder / "profiled", profile) as profiled:
        os.kill(profiled.process, signal.SIGUSR1)
        load.found(load.start(profiled.plan(_USUAL, _PROFILED_SECONDS)))
    lines = [[name, f"{share:.0%}"] for name, share in shares(profile)[:_LIBRARIES_SHOWN]]
    said = WHERE.format(stripped=STRIPPED, usual=_USUAL)
    return f"{said}\n{markdown_table([['library', 'share'], *lines])}"


def _file_system(folder: Path) -> str:
    asked = ["findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(folder)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)

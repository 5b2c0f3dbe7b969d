"""`make bench` decides no test, but what it writes and counts can be relied upon."""

import asyncio
from contextlib import suppress
from pathlib import Path

from project.benchmarks.document import read_sections, write_sections
from project.benchmarks.load import Plan, carry_out, get, post
from project.benchmarks.report import Row, table


def test_a_part_that_is_measured_anew_leaves_the_others(tmp_path: Path) -> None:
    # Given a report with two parts
    report = tmp_path / "report.md"
    assert read_sections(report) == {}
    write_sections(report, {"Sending": "slow", "Reading": "| a |\n| --- |"}, ["Reading", "Sending"])
    # When one of them is measured again
    sections = read_sections(report) | {"Sending": "quick"}
    write_sections(report, sections, ["Reading", "Sending"])
    # Then the other one stands there as before, in the order of the parts
    text = report.read_text(encoding="utf-8")
    assert text.endswith("## Reading\n\n| a |\n| --- |\n\n## Sending\n\nquick\n")
    assert text.count("# What the portal costs") == 1
    # And written once more it stays the same
    write_sections(report, read_sections(report), ["Reading", "Sending"])
    assert report.read_text(encoding="utf-8") == text


def test_a_missed_budget_is_said_and_empty_columns_are_left_out() -> None:
    rows = [Row("bytes", "KiB", 7, 6), Row("share", "", 0.7, 0.6, at_least=True)]
    assert table(rows, "stock", "where").splitlines() == [
        "| measured | budget | ours |  |",
        "| --- | --- | --- | --- |",
        "| bytes | ≤ 6 KiB | 7 KiB | **missed** |",
        "| share | ≥ 0.60 | 0.70 |  |",
    ]


class Moody:
    """A server that answers every third request rightly, one wrongly, and hangs up on one."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until somebody has had enough."""
        with suppress(asyncio.IncompleteReadError):
            await self._answer_all(reader, writer)
        writer.close()
        await writer.wait_closed()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0] or 0)
            self.asked.append(await reader.readexactly(length))
            mood = len(self.asked) % 3
            if mood == 0:
                return
            status = b"200 OK" if mood == 1 else b"503 Not now"
            writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 8\r\n\r\nyour")
            await writer.drain()
            writer.write(b" no.")


async def test_the_generator_counts_right_and_wrong_answers() -> None:
    moody = Moody()
    server = await asyncio.start_server(moody.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    request = post(port, "/", {"text": "00000000"})
    plan = Plan(port, [request], 1, 0.3, expected="no.", warming_seconds=0)
    found = await carry_out(plan)
    server.close()
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.gather(*others)
    asked = len(moody.asked)
    assert asked > 10
    right = round(found.a_second * plan.seconds)
    assert abs(right - asked / 3) <= 2
    assert abs(found.errors - 2 * asked / 3) <= 2
    # Each request has a number of its own
    assert moody.asked[:2] == [b"text=00000001", b"text=00000002"]


def test_a_page_is_asked_for_as_browsers_do() -> None:
    assert get(80, "/de/").startswith("GET /de/ HTTP/1.1\r\nHost: 127.0.0.1:80\r\n")

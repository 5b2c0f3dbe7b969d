"""Makes project/picture.png, the picture at the top of the README, from the running portal.

After `make setup-test`: `.venv/bin/python -m project.picture`. It builds the site, serves it in the
trying-out mode, and lets Chromium photograph three telephones: the start page in Arabic, the
complaint in German and a receipt in English. Its number belongs to a trial that is thrown away.
"""

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from forms_service.world.site import load_site
from tests.browser.journeys import Reader
from tests.browser.service import Service, fill_trial
from tests.browser.telephones import ARGUMENTS, CHROMIUM

PICTURE = Path(__file__).with_name("picture.png")
WIDTH, HEIGHT = 360, 740
MOST_BYTES = 250 * 1024
SHEET = """<!doctype html><title>.</title><style>
body { margin: 0; padding: 32px; display: flex; gap: 32px; background: #e6ddcf; width: max-content }
img { display: block; width: 360px; height: 740px; border: 10px solid #1d1a17; border-radius: 36px }
</style>"""


def screens(browser: Browser, address: str) -> list[bytes]:
    """Return the three screens as pictures."""

    def telephone(locale: str) -> Page:
        return browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale=locale)

    start = telephone("ar")
    Reader(start, address, "ar").open()
    form = telephone("de")
    Reader(form, address, "de").open("beschwerde")
    form.locator("#what_happened").fill("Ich habe drei Stunden gewartet.")
    form.locator("#what_happened").blur()
    form.locator("label[for=what_happened]").evaluate("each => scrollTo(0, each.offsetTop - 90)")
    receipt = telephone("en")
    Reader(receipt, address, "en").complain("I waited for three hours.")
    receipt.locator("h1").blur()
    return [page.screenshot() for page in (start, form, receipt)]


def compose(browser: Browser, pictures: list[bytes]) -> bytes:
    """Return the screens side by side."""
    images = (base64.b64encode(picture).decode() for picture in pictures)
    sheet = SHEET + "".join(f'<img src="data:image/png;base64,{image}">' for image in images)
    page = browser.new_page()
    page.set_content(sheet, wait_until="load")
    return page.locator("body").screenshot()


def main() -> None:
    """Build, serve, photograph."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir"]
        subprocess.run([*build, str(folder / "site")], check=True)
        site = load_site(folder / "site")
        fill_trial(site, folder)
        service = Service(site, folder)
        service.start()
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            PICTURE.write_bytes(compose(browser, screens(browser, service.address)))
        finally:
            service.stop()
    if PICTURE.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{PICTURE} is larger than {MOST_BYTES} bytes.")


if __name__ == "__main__":
    main()

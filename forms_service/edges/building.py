"""Builds the site into a new folder and switches to it in whole."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from forms_service.world.site import SiteError, load_site


class BuildError(RuntimeError):
    """The site could not be built; the old one is still in place."""


def build_site(config: Path, site_dir: Path, address: str) -> Path:
    """Build the site and let the link `site_dir` point to it; return the new folder."""
    if site_dir.exists() and not site_dir.is_symlink():
        raise BuildError(f"{site_dir} is a folder, not a link to a build; move it away first.")
    site_dir.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f"{site_dir.name}-", dir=site_dir.parent))
    new.chmod(0o755)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    built = subprocess.run(
        [*command, "--config-file", str(config), "--site-dir", str(new.resolve())],
        env={**os.environ, "ANLAUFSTELLE_SITE_URL": address, "NO_MKDOCS_2_WARNING": "1"},
        check=False,
    )
    try:
        if built.returncode != 0:
            raise BuildError("The site could not be built; the messages above say why.")
        load_site(new)
    except (BuildError, SiteError):
        shutil.rmtree(new)
        raise
    _switch(site_dir, new)
    return new


def _switch(link: Path, new: Path) -> None:
    old = link.resolve() if link.is_symlink() else None
    fresh = link.with_name(f"{new.name}.link")
    fresh.symlink_to(new.name)
    fresh.replace(link)
    # The build before stays until the next one: a service that still runs reads from it.
    for folder in link.parent.glob(f"{link.name}-*"):
        if folder.is_dir() and folder.resolve() not in (new.resolve(), old):
            shutil.rmtree(folder)

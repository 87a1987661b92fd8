"""Real processes on the test database: what two machines do at once."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parents[3]
START = "import django; django.setup(); import sys; sys.stdin.readline()\n"


def at_once(code: str, arguments: Sequence[str], *, killed: Sequence[int] = ()) -> list[str]:
    """Run `code` in one process for each argument (`sys.argv[1]`), all let go together; gives what each wrote.

    Those numbered in `killed` are killed at once after that, in the middle of it.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "parcours.config.settings",
        "PARCOURS_SECRET_KEY": settings.SECRET_KEY,
        "PARCOURS_DATA": str(settings.DATA),
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    argv = [sys.executable, "-c", START + code]
    running = [subprocess.Popen([*argv, one], cwd=ROOT, env=environment, **pipes) for one in arguments]  # type: ignore[call-overload]
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    for number in killed:
        running[number].kill()
    said = [process.communicate(timeout=120) for process in running]
    failed = [error for number, (_out, error) in enumerate(said) if running[number].returncode and number not in killed]
    assert not failed, failed
    return [out.strip() for out, _error in said]

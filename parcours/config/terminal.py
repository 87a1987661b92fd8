"""Progress in the terminal: one line for each step, ended by a tick and its seconds. Standard library only.

A terminal shows a spinner and the last line that the step wrote; a log file or CI shows plain lines.
"""

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

out: TextIO = sys.stdout  # where progress goes
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Failure(Exception):
    """A step did not work: `cause` says what happened, `remedy` what the reader can do, `output` the last lines."""

    def __init__(self, cause: str, remedy: str = "", output: str = "") -> None:
        super().__init__(cause)
        self.cause, self.remedy, self.output = cause, remedy, output

    def __str__(self) -> str:
        lines = [f"  | {line}" for line in self.output.splitlines()]
        return "\n".join([*lines, f"✗ {self.cause}", *([f"  → {self.remedy}"] if self.remedy else [])])


def say(text: str = "") -> None:
    """One line, at once: a log that is read while it grows must not lag behind."""
    print(text, file=out, flush=True)


def prepare_output() -> None:
    """A terminal that is not UTF-8 shows a question mark for a tick instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Line:
    """The line of one step, drawn again while it works."""

    def __init__(self, label: str) -> None:
        self.label, self.start, self.live = label, time.monotonic(), out.isatty()
        print(f"  {label} …" if self.live else f"{label} … ", end="", file=out, flush=True)

    def draw(self, note: str) -> None:
        if not self.live:
            return
        seconds = time.monotonic() - self.start
        mark = SPINNER[int(seconds * 10) % len(SPINNER)]
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{f'{mark} {self.label} {seconds:.0f} s  {note}'[:width]}", end="", file=out, flush=True)

    def end(self, mark: str) -> None:
        seconds = f"{time.monotonic() - self.start:.1f} s"
        say(f"\r\033[K{mark} {self.label}  {seconds}" if self.live else f"{mark} {seconds}")


@contextmanager
def step(label: str) -> Iterator[Callable[[str], None]]:
    """A step done in this process; gives the function that redraws the line with a note."""
    line = _Line(label)
    try:
        yield line.draw
    except BaseException:
        line.end("✗")
        raise
    line.end("✓")


def tail(log: Path, lines: int) -> str:
    """The last lines of a log file, without the redraws of progress bars."""
    text = log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
    return "\n".join([line.rstrip() for line in text.split("\n") if line.strip()][-lines:])


def command(
    label: str, argv: Sequence[str | Path], *, log: Path, cwd: Path, env: Mapping[str, str], remedy: str = ""
) -> None:
    """A step done by another program, whose output goes to `log`; raises Failure with its last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with step(label) as draw, log.open("wb") as output:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env)
        try:
            while process.poll() is None:
                draw(tail(log, 1))
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode:
            said = tail(log, 200 if os.environ.get("CI") else 20)
            raise Failure(f"{label}: ended with code {process.returncode}", remedy or f"All of it: {log}", said)

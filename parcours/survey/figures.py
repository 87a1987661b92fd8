"""The survey's figures, for prose: `{figure:survey.<wave>.<question.path>.<choice>}`, protected as the tables are.

Only waves whose tables everyone may read have figures: prose is read by everyone.
"""

from django.utils.translation import gettext, pgettext

from parcours.kit.figures import Figure, register
from parcours.kit.punctuation import colon
from parcours.survey.models import Wave
from parcours.survey.readable import DECIMALS, Line, Readable, readable, response_rate
from parcours.survey.tables import results_of


def find(key: str) -> Figure | None:
    _survey, wave_key, *rest = key.split(".")
    wave = Wave.objects.public().select_related("version").filter(key=wave_key).first()
    if wave is None or not rest:
        return None
    if rest[0] == "response":
        return next((figure for figure in response_rate(wave) if figure.key == key), None)
    wanted = ".".join(rest)
    for table in readable(results_of(wave)):
        code = wanted.removeprefix(f"{table.key}.")
        for line in table.lines if not table.is_crossed and code != wanted else ():
            if line.code == code:
                return _figure(key, wave, table, line)
    return None


def _figure(key: str, wave: Wave, table: Readable, line: Line) -> Figure:
    label, cell, how = f"{table.title}{colon()}{line.label}", line.total, " ".join(table.remarks[:1])
    if cell.n is None or cell.base is None:
        return Figure(key, label, None, source=wave.title, how=gettext("Withheld, so that nobody is recognised."))
    of_whom = gettext("entries") if table.is_of_repeat else pgettext("36 of 62 …", "who answered")
    return Figure.share(
        key, label, n=cell.n, base=cell.base, base_label=of_whom, source=wave.title, how=how, decimals=DECIMALS
    )


def register_figures() -> None:
    register("survey", find)

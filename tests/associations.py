"""A list of 500 associations as a town hall would send it: made up, always the same, and not clean."""

import random
from itertools import product
from pathlib import Path
from typing import IO, Any

import yaml

from parcours.kit.spreadsheets import write_xlsx

PACK = Path(__file__).parents[1] / "territories" / "val-de-marne"
HEADERS = ["N°", "Nom de l’association", "Adresse", "Code postal", "Commune", "Téléphone", "Courriel", "Activités"]
NUMBER, FROM_PACK, TWICE = 500, 12, 20

FIRST = "Amis Amicale Association Atelier Cercle Collectif Comité Compagnie Entraide Espace Foyer Maison Relais Union"
SECOND = (
    "Acacias Bateliers Chemins Cultures Écluses Familles Fontaines Horizons Jardins Lanternes Lilas Moulins Oliviers"
)
STREETS = "rue des Alouettes,avenue du Grand Pré,allée des Charmes,place du Puits,rue de la Tannerie,sentier des Vignes"
TOWNS = {
    "Vitry-sur-Seine": "94400", "Créteil": "94000", "Ivry-sur-Seine": "94200", "Villejuif": "94800", "Orly": "94310",
    "Choisy-le-Roi": "94600", "Champigny-sur-Marne": "94500", "Fontenay-sous-Bois": "94120", "Fresnes": "94260",
    "Cachan": "94230", "Vincennes": "94300", "Valenton": "94460", "Sucy-en-Brie": "94370", "Alfortville": "94140",
}  # fmt: skip
ACTIVITIES = (
    "cours de français,aide aux devoirs,aide alimentaire,permanence juridique,sorties culturelles,sport,mémoire"
)


def associations(seed: int = 94) -> list[list[Any]]:
    """The rows: twelve are organisations of the territory pack, twenty stand twice, in other words."""
    dice = random.Random(seed)
    rows = [_known(dice, row) for row in _pack()[:FROM_PACK]]
    named = list(product(FIRST.split(), SECOND.split(), TOWNS))
    new = dice.sample(named, k=NUMBER - FROM_PACK - TWICE)
    rows += [_new(dice, f"{one} des {other}", town, number) for number, (one, other, town) in enumerate(new)]
    rows += [_again(row) for row in rows[-TWICE:]]
    dice.shuffle(rows)
    return [[number, *row] for number, row in enumerate(rows, start=1)]


def as_xlsx(seed: int = 94) -> IO[bytes]:
    """The list as the file that is uploaded."""
    return write_xlsx(HEADERS, associations(seed), "Associations")


def _pack() -> list[dict[str, Any]]:
    text = (PACK / "services.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)["invented_organisations"]
    return rows


def _known(dice: random.Random, row: dict[str, Any]) -> list[Any]:
    town = next((name for name, postcode in TOWNS.items() if postcode == row["postcode"]), "")
    return [row["name"].upper(), row["address"], row["postcode"], town, _spaced(row["phone"]), "", _activity(dice)]


def _new(dice: random.Random, name: str, town: str, number: int) -> list[Any]:
    address = f"{dice.randint(1, 120)} {dice.choice(STREETS.split(','))}"
    phone = f"01 99 00 {10 + number // 100} {number % 100:02}" if dice.random() < 0.8 else ""
    email = f"association{number}@example.org" if dice.random() < 0.6 else ""
    return [f"{name} ({town})", address, TOWNS[town], town, phone, email, _activity(dice)]


def _again(row: list[Any]) -> list[Any]:
    """The same association as somebody else would have typed it."""
    name, address, postcode, town, phone, email, activity = row
    return [f"Asso. {name}", address.replace("avenue", "av."), postcode, town.upper(), phone, email, activity]


def _activity(dice: random.Random) -> str:
    return ", ".join(dice.sample(ACTIVITIES.split(","), k=dice.randint(1, 3)))


def _spaced(phone: str) -> str:
    local = "0" + phone.removeprefix("+33")
    return " ".join(local[at : at + 2] for at in range(0, len(local), 2))

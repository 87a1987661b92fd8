"""Invented French organisations, and a second list of them as another source would write them: both from one seed.

The noise is that of directories: legal forms, abbreviations, capitals, acronyms, letters mistyped, words left out; half
of the contacts missing, some changed; organisations that moved; another establishment's SIRET; branches that share
their network's name and domain; tenants that share the address of a house of associations. Its shares are guesses.
"""

import random
from collections.abc import Callable
from typing import Any

from stdnum import luhn

Organisation = dict[str, Any]


def _listed(text: str, by: str | None = None) -> list[str]:
    return text.split(by)


VILLAGES = _listed(
    "Villeneuve Beaumont Montreuil Neuilly Champigny Fontenay Mareuil Bonneuil Chevilly Boissy Marolles"
    " Valenton Nogent Joinville Charenton Gentilly Cachan Thiais Orly Rungis Sucy Noiseau Ormesson Limeil"
    " Santeny Périgny Mandres Fresnes Arcueil Vitry Ivry Choisy Ablon Créteil Bry Perreux"
)
WHERE = _listed(
    "-sur-Seine -sur-Marne -le-Roi -les-Bois -en-Brie -la-Forêt -le-Vieux -sous-Bois -le-Grand -Saint-Léger"
    " -la-Rivière -les-Fossés -sur-Orge -en-France -le-Château -Saint-Georges -les-Vignes -le-Temple"
    " -sur-Yerres -la-Reine -aux-Roses -l’Abbaye -le-Pont -en-Plaine -Saint-Rémy -le-Petit"
)
COMMUNES = [f"{village}{where}" for village in VILLAGES for where in WHERE]
MIDDLES = {town: (2.0 + at % 37 / 40, 48.6 + at % 41 / 100) for at, town in enumerate(COMMUNES)}
NETWORKS = (
    "Secours populaire français|SPF|secourspopulaire",
    "Secours catholique|SC|secours-catholique",
    "Les Restos du cœur||restosducoeur",
    "Croix-Rouge française|CRF|croix-rouge",
    "Mission locale|ML|",
    "Centre communal d’action sociale|CCAS|",
    "Maison des jeunes et de la culture|MJC|",
    "Emmaüs||emmaus",
    "La Cimade||lacimade",
    "Ligue des droits de l’homme|LDH|ldh-france",
    "Centre d’information sur les droits des femmes et des familles|CIDFF|",
    "France terre d’asile|FTDA|france-terre-asile",
    "Protection maternelle et infantile|PMI|",
)
KINDS = _listed(
    "Association|Centre social|Amicale|Compagnie|Union sportive|Comité|Espace|Maison|Les Amis de|Collectif"
    "|Crèche|Foyer|Atelier|École de français|Entraide|Culture et loisirs|Femmes solidaires|Jardins partagés"
    "|Théâtre|Club|Régie de quartier|Accueil et insertion|Alphabétisation|Médiation|Solidarité|Résidence"
    "|Épicerie solidaire|Ressourcerie",
    "|",
)
PEOPLE = _listed(
    "Victor Hugo|Jean Jaurès|Louise Michel|Rosa Parks|Nelson Mandela|Jacques Prévert|Simone Veil|Pablo Neruda"
    "|Paul Éluard|Gabriel Péri|Général de Gaulle|Salvador Allende|Charles de Gaulle|Henri Barbusse"
    "|Youri Gagarine|Maurice Thorez|Pierre Semard|Ambroise Croizat|Olympe de Gouges|Joséphine Baker"
    "|Aimé Césaire|Frantz Fanon|Germaine Tillion|Marie Curie|Anatole France|Émile Zola|Albert Camus|Jules Ferry"
    "|Jules Vallès|Édouard Vaillant|Marcel Cachin|Saint-Exupéry|Docteur Roux|Maréchal Leclerc"
    "|François Mitterrand|Pierre Brossolette|Jean Moulin|Danielle Casanova",
    "|",
)
STREETS = PEOPLE + _listed(
    "de la République|de Paris|de l’Église|du Marché|des Lilas|de la Gare|du Moulin|des Écoles|de la Liberté|de Verdun"
    "|du 8 mai 1945|de Stalingrad|des Tilleuls|de la Fontaine|du Colonel Fabien",
    "|",
)
WORDS = _listed(
    "horizon soleil pont racines passerelle étoile rivage tremplin fil cercle lien partage mosaïque alizé"
    " boussole voile arbre graine colibri phare sillage escale arc-en-ciel tisserand palabre baobab olivier"
    " kaléidoscope ruche caravane parole lumière rencontre voisin savoir avenir espoir chemin marche monde"
    " horizon méditerranée sahel maghreb caraïbe comores mali sénégal kabylie portugal anatolie tamoul afghan"
    " érythrée soudan tibet ukraine bengale"
)
SYLLABLES = _listed("ba bel cor dan do el fa gan ka lam lo ma mir na nor pa ra sa sol ta ti va ve yo za")
SHORTER = {"avenue": "av.", "boulevard": "bd", "rue": "r.", "place": "pl.", "allée": "all.", "Saint": "St"}
SHORTER |= {"Général": "Gal", "Docteur": "Dr", "Maréchal": "Mal", "Association": "Asso.", "Centre": "Ctre"}


def directory(size: int, rng: random.Random, *, first: str = "r") -> list[Organisation]:
    """A register of organisations, each once; a network has at most one branch in a commune."""
    branches: set[tuple[str, str]] = set()
    return [_organisation(f"{first}{number}", branches, rng) for number in range(size)]


def second_source(
    register: list[Organisation], size: int, rng: random.Random
) -> tuple[list[Organisation], dict[str, str]]:
    """Other records, seven in ten of which are organisations of the register, noisily; and which those are."""
    known = rng.sample(register, size * 7 // 10)
    records = [_noisy(one, f"s{number}", rng) for number, one in enumerate(known)]
    truth = {record["id"]: one["id"] for record, one in zip(records, known, strict=True)}
    strangers = directory(size - len(known), rng, first="n")
    records += [_noisy(one, str(one["id"]), rng) for one in strangers]
    rng.shuffle(records)
    return records, truth


def _organisation(id_: str, branches: set[tuple[str, str]], rng: random.Random) -> Organisation:
    town = rng.choice(COMMUNES)
    name, acronym, host = _branch(town, branches, rng) if rng.random() < 0.12 else (_name(town, rng), "", "")
    slug = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())[:18]
    box, host = (town.lower(), f"{host}.fr") if host else ("contact", f"{slug}-{id_}.fr")
    lon, lat = MIDDLES[town]
    if rng.random() < 0.03:
        address = "1 place de la Maison des associations"
    else:
        address, lon, lat = _address(rng), lon + rng.gauss(0, 0.012), lat + rng.gauss(0, 0.008)
    siren = _with_check_digit(f"{rng.randrange(300, 999)}{rng.randrange(10**5):05}")
    return {
        "id": id_,
        "name": name,
        "acronym": acronym,
        "address": address,
        "postcode": f"{75 + COMMUNES.index(town) % 20}{COMMUNES.index(town) // 40:03}",
        "commune": town,
        "lon": lon,
        "lat": lat,
        "phones": [_phone(rng)] if rng.random() < 0.8 else [],
        "emails": [rng.choice([f"{box}@{host}", f"{slug}{rng.randrange(999)}@gmail.com"])]
        if rng.random() < 0.6
        else [],
        "websites": [f"https://www.{host}/"] if rng.random() < 0.4 else [],
        "siret": _with_check_digit(f"{siren}{rng.randrange(1, 30):04}") if rng.random() < 0.6 else "",
        "rna": f"W94{rng.randrange(10**7):07}" if rng.random() < 0.5 else "",
    }


def _branch(town: str, branches: set[tuple[str, str]], rng: random.Random) -> tuple[str, str, str]:
    """Name, acronym and domain of a network's branch, or of no network where the commune has that one already."""
    name, acronym, host = rng.choice(NETWORKS).split("|")
    if (name, town) in branches:
        return _name(town, rng), "", ""
    branches.add((name, town))
    return f"{name} {rng.choice(['', 'de ', '– antenne de '])}{town}", acronym, host


def _name(town: str, rng: random.Random) -> str:
    chance = rng.random()
    invented = "".join(rng.choice(SYLLABLES) for _syllable in range(rng.choice((2, 3)))).capitalize()
    if chance < 0.25:
        return f"{rng.choice(KINDS)} {rng.choice(PEOPLE)}"
    if chance < 0.6:
        return f"{rng.choice(KINDS)} {rng.choice(WORDS)} {rng.choice(['', 'et ', 'du '])}{rng.choice(WORDS)}"
    if chance < 0.9:
        return f"{rng.choice(KINDS)} {invented} {rng.choice(['', town, rng.choice(WORDS)])}".strip()
    return f"{invented} {rng.choice(WORDS)}"


def _address(rng: random.Random) -> str:
    number = f"{rng.randrange(1, 160)}{rng.choice(['', '', '', ' bis'])}"
    return f"{number} {rng.choice(['rue', 'avenue', 'place', 'allée'])} {rng.choice(STREETS)}"


def _phone(rng: random.Random) -> str:
    return f"0{rng.choice('1679')}" + "".join(f" {rng.randrange(100):02}" for _pair in range(4))


def _with_check_digit(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


def _noisy(one: Organisation, id_: str, rng: random.Random) -> Organisation:
    """The organisation as another source has it."""

    def sometimes(share: float, change: Callable[[Any], Any], value: Any) -> Any:
        return change(value) if value and rng.random() < share else value

    siret, located = one["siret"], rng.random() < 0.5
    moved = rng.random() < 0.12
    address = sometimes(0.1, lambda _: "", _address(rng) if moved else sometimes(0.5, _shortened, one["address"]))
    return one | {
        "id": id_,
        "name": _noisy_name(one, rng),
        "acronym": sometimes(0.5, lambda _: "", one["acronym"]),
        "address": sometimes(0.05, lambda text: _mistyped(text, rng), address),
        "commune": sometimes(0.2, str.upper, one["commune"]),
        "postcode": sometimes(0.1, lambda _: "", one["postcode"]),
        "lon": one["lon"] + rng.gauss(0, 0.02 if moved else 0.0005) if located else None,
        "lat": one["lat"] + rng.gauss(0, 0.02 if moved else 0.0005) if located else None,
        "phones": sometimes(0.3, lambda _: [], sometimes(0.2, lambda _: [_phone(rng)], one["phones"])),
        "emails": sometimes(0.4, lambda _: [], sometimes(0.15, lambda _: ["accueil@orange.fr"], one["emails"])),
        "websites": sometimes(0.6, lambda _: [], one["websites"]),
        "siret": sometimes(0.7, lambda _: "", sometimes(0.05, lambda _: _with_check_digit(siret[:9] + "0042"), siret)),
        "rna": sometimes(0.7, lambda _: "", one["rna"]),
    }


def _noisy_name(one: Organisation, rng: random.Random) -> str:
    name, chance = str(one["name"]), rng.random()
    if one["acronym"] and chance < 0.2:
        name = f"{one['acronym']} {one['commune']}"
    elif chance < 0.35:
        name = _mistyped(name, rng)
    elif chance < 0.47 and len(name.split()) > 2:
        words = name.split()
        del words[rng.randrange(1, len(words))]
        name = " ".join(words)
    elif chance < 0.6:
        name = f"{rng.choice(['Association', 'Asso.', 'ASSOC'])} {name} {rng.choice(['', '(loi 1901)'])}".strip()
    if rng.random() < 0.3:
        name = _shortened(name)
    return name.upper() if rng.random() < 0.3 else name


def _shortened(text: str) -> str:
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    return text


def _mistyped(text: str, rng: random.Random) -> str:
    """One letter lost, doubled or changed."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", text[at] * 2, rng.choice("aeinrst")]) + text[at + 1 :]

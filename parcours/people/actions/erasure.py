"""Erasing somebody, and the proof that it was done."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from parcours.accounts.actions import erase_user
from parcours.accounts.models import User
from parcours.kit.secret import secret_digest
from parcours.people.choices import Cause
from parcours.people.holdings import files, holdings, outlives
from parcours.people.models import Erasure, Person

# Between the message that says so and the erasure.
NOTICE = timedelta(days=30)


@transaction.atomic
def erase_person(*, person: Person, cause: Cause, at: datetime, by: User | None = None) -> Erasure:
    """Erase somebody: their row, all that hangs on it, their files, messages that wait in the demo's outbox.

    What is counted stays and names nobody (`outlives_person`); their account is emptied unless it holds a role. Dead
    rows leave the disk when the tables are written anew: `erase_people` does it. Gives the proof.
    """
    rows = list(holdings(person))
    kept_files = [(file.storage, file.name) for file in files(person)]
    addresses = [one for one in (person.email, person.phone) if one]
    account, key = person.account, person.key
    removed = Counter(row._meta.label for row in rows if not outlives(row))
    for row in reversed(rows):
        if not outlives(row) and row.pk:
            type(row)._base_manager.filter(pk=row.pk).delete()
    if account and not account.memberships.exists():
        if account.email:
            addresses.append(account.email)
        erase_user(user=account)
    removed["files"] = len(kept_files)
    transaction.on_commit(lambda: _forget_files(kept_files, addresses))
    proof, _again = Erasure.objects.get_or_create(
        digest=secret_digest(key), defaults={"at": at, "cause": cause, "by": by, "removed": dict(removed)}
    )
    return proof


def _forget_files(kept: list[tuple[object, str]], addresses: list[str]) -> None:
    for storage, name in kept:
        storage.delete(name)  # type: ignore[attr-defined]
    outbox = Path(settings.DATA) / "outbox"
    for path in outbox.glob("*.*") if outbox.exists() else ():
        if any(address.encode() in path.read_bytes() for address in addresses):
            path.unlink()


@transaction.atomic
def warn(*, person: Person, on: date) -> None:
    """Note that the person was told, and may take their data away meanwhile."""
    person.warned_on = on
    person.save(update_fields=["warned_on"])


def sweep() -> None:
    """Write the tables of people anew, so that nothing erased stays on the disk. Never inside a transaction.

    A plain VACUUM comes first: it takes out what no transaction of this database can see, where VACUUM FULL keeps what
    those of the server's other databases might.
    """
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table.startswith(SWEPT)]
        for table in tables:
            for verb in ("VACUUM", "VACUUM FULL"):
                cursor.execute(f"{verb} {connection.ops.quote_name(table)}")


SWEPT = ("people_", "portfolio_", "delivery_", "accounts_", "feedback_", "survey_")

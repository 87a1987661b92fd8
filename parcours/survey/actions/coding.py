"""The code book of an open question, and what coders read in its answers."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parcours.accounts.models import User
from parcours.survey.models import Code, Coding, Response


@transaction.atomic
def save_code(*, code: Code, label: str, definition: str = "") -> Code:
    """Add a code or reword it; a new one comes last. Raises ValidationError if the question has one of that name."""
    code.label, code.definition = label, definition
    if not code.pk:
        code.order = 1 + max(_book(code).values_list("order", flat=True), default=0)
    code.full_clean()
    code.save()
    return code


@transaction.atomic
def move_code(*, code: Code, up: bool) -> None:
    """Let it change places with the one before or after it; nothing if there is none."""
    book = list(_book(code).select_for_update())
    here = book.index(code)
    there = here - 1 if up else here + 1
    if 0 <= there < len(book):
        book[here], book[there] = book[there], book[here]
        for order, one in enumerate(book, start=1):
            one.order = order
        Code.objects.bulk_update(book, ["order"])


@transaction.atomic
def delete_code(*, code: Code) -> None:
    """Take a code out of the book. Raises ValidationError if an answer has it."""
    if code.codings.exists():
        raise ValidationError(_("“%(code)s” is in use: it cannot be deleted.") % {"code": code.label})
    code.delete()


@transaction.atomic
def code_answer(
    *, response: Response, question: str, row: int | None, coder: User, codes: Iterable[Code], at: datetime
) -> Coding:
    """Note what a coder reads in an answer: these codes, or none of them. Said again, it replaces what they said."""
    return _code(response, question, row, coder, codes, at, is_settled=False)


@transaction.atomic
def settle_answer(
    *, response: Response, question: str, row: int | None, by: User, codes: Iterable[Code], at: datetime
) -> Coding:
    """Decide between coders who differ. What each of them read stays as it was, so that their agreement does too."""
    Coding.objects.filter(response=response, question=question, row=row, is_settled=True).exclude(coder=by).delete()
    return _code(response, question, row, by, codes, at, is_settled=True)


def _code(
    response: Response,
    question: str,
    row: int | None,
    coder: User,
    codes: Iterable[Code],
    at: datetime,
    *,
    is_settled: bool,
) -> Coding:
    """Raises ValidationError for a code of another question."""
    found = list(codes)
    known = set(Code.objects.filter(questionnaire=response.version.questionnaire_id, question=question))
    if not known.issuperset(found):
        raise ValidationError(_("This is not a code of this question."))
    coding, _made = Coding.objects.update_or_create(
        response=response, question=question, row=row, coder=coder, is_settled=is_settled, defaults={"coded_at": at}
    )
    coding.codes.set(found)
    return coding


def _book(code: Code) -> QuerySet[Code]:
    return Code.objects.filter(questionnaire=code.questionnaire_id, question=code.question)

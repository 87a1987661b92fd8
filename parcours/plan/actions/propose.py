"""Partners propose, the coordinator answers."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext, override

from parcours.directory.models import Organisation
from parcours.plan.actions.change import change_action, create_action, next_code, refuse_conflict
from parcours.plan.choices import Cause, ProposalState, Stage
from parcours.plan.models import Action, Plan, Proposal
from parcours.plan.records import BY_NAME, Record, RecordError, changed_fields, write_record

if TYPE_CHECKING:
    from parcours.accounts.models import User


@transaction.atomic
def propose(
    *,
    plan: Plan,
    action: Action | None,
    changes: Record,
    base_version: int,
    author: "User",
    organisation: Organisation | None,
    comment: str,
    at: datetime,
) -> Proposal:
    """Send the coordinator a change of an action, or a new idea (`action` None).

    Raises RecordError where nothing differs or a value cannot be taken: it is tried first, then rolled back. Raises
    EditConflict where the action changed under the author.
    """
    wanted = changed_fields(action, changes) if action else changes
    if not wanted:
        raise RecordError({"": [gettext("Nothing differs from the present text.")]})
    if action:
        before = {name: BY_NAME[name].read(action) for name in wanted}
        refuse_conflict(action=action, before=before, wanted=wanted, base_version=base_version)
    attempt = transaction.savepoint()
    try:
        trial = Action.objects.get(pk=action.pk) if action else Action(plan=plan, code="?", recorded_on=at.date())
        write_record(trial, wanted)
    finally:
        transaction.savepoint_rollback(attempt)
    return Proposal.objects.create(
        plan=plan,
        action=action,
        organisation=organisation,
        changes=wanted,
        base_version=base_version,
        comment=comment,
        author=author,
        proposed_at=at,
    )


@transaction.atomic
def accept_proposal(
    *, proposal: Proposal, by: "User", at: datetime, answer: str = "", base_version: int | None = None
) -> Action:
    """Carry a proposal out. Raises EditConflict when the action changed under it, RecordError when it no longer fits.

    `base_version`: the version beside which the coordinator read the proposal, when it is newer than its author's.
    """
    locked = _pending(proposal)
    if locked.action is None:
        changes = {"stage": Stage.IDEA.value, **locked.changes}
        action = create_action(
            plan=locked.plan,
            code=next_code(locked.plan, "P"),
            changes=changes,
            on=at.date(),
            by=locked.author,
            cause=Cause.PROPOSAL,
        )
        locked.action = action
    else:
        action = change_action(
            action=locked.action,
            changes=locked.changes,
            base_version=max(locked.base_version, base_version or 0),
            by=locked.author,
            cause=Cause.PROPOSAL,
        )
    _decide(locked, ProposalState.ACCEPTED, by, at, answer)
    return action


@transaction.atomic
def decline_proposal(*, proposal: Proposal, by: "User", at: datetime, answer: str) -> None:
    """Refuse a proposal, saying why to its author."""
    if not answer.strip():
        raise RecordError({"answer": [gettext("Tell the author why.")]})
    _decide(_pending(proposal), ProposalState.DECLINED, by, at, answer)


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: "User", at: datetime) -> None:
    """Take one's own proposal back."""
    _decide(_pending(proposal), ProposalState.WITHDRAWN, by, at, "")


def _pending(proposal: Proposal) -> Proposal:
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.state != ProposalState.PENDING:
        raise RecordError({"": [gettext("This proposal has its answer already.")]})
    return locked


def _decide(proposal: Proposal, state: ProposalState, by: "User", at: datetime, answer: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.answer = state, by, at, answer
    proposal.save()
    if state in (ProposalState.ACCEPTED, ProposalState.DECLINED):
        transaction.on_commit(partial(_tell_author, proposal), robust=True)


def _tell_author(proposal: Proposal) -> None:
    """Write the answer to the author, in their language; someone without an e-mail address reads it in the office."""
    author = proposal.author
    if not author.email:
        return
    with override(author.language):
        what = f"{proposal.action.code} {proposal.action.title.text}" if proposal.action else gettext("a new idea")
        accepted = proposal.state == ProposalState.ACCEPTED
        subject = gettext("Your proposal was accepted") if accepted else gettext("Your proposal was declined")
        lines = [gettext("Hello %(name)s,") % {"name": author.name}, "", f"{subject}: {what}."]
        lines += ["", gettext("The answer:"), proposal.answer] if proposal.answer else []
        lines += ["", gettext("You find it in the office, under “Proposals”.")]
        send_mail(subject, "\n".join(lines), None, [author.email])

"""Takes appeals, of people who may be unable to sign in: the mail's token is their proof."""

from contextlib import suppress

from firstspawn.errors import ChangedMeanwhile
from firstspawn.kit.clock import Clock
from firstspawn.moderation.case_repository import CaseRepository, name_of
from firstspawn.moderation.decision_repository import DecisionRepository
from firstspawn.moderation.errors import InvalidAppeal, NotInForce
from firstspawn.moderation.rules import Standing
from firstspawn.moderation.schemas import WriteAppeal

_ATTEMPTS = 8


class AppealService:
    """Puts decisions before the staff again, each once."""

    def __init__(self, cases: CaseRepository, decisions: DecisionRepository, clock: Clock) -> None:
        self._cases, self._decisions, self._clock = cases, decisions, clock

    def appeal(self, form: WriteAppeal) -> None:
        """Use the token of a decision's mail up: three reads, one transaction.

        Raises InvalidAppeal (also the second time, and for another address), NotInForce.
        """
        for _ in range(_ATTEMPTS - 1):
            with suppress(ChangedMeanwhile):
                self._appeal(form)
                return
        self._appeal(form)

    def _appeal(self, form: WriteAppeal) -> None:
        now = self._clock()
        token = self._decisions.token(form.token, now)
        if token.email != form.email:
            raise InvalidAppeal
        decision = self._decisions.find(token.decisionId, now)
        if decision.standing != Standing.IN_FORCE:
            raise NotInForce
        case = self._cases.find(name_of(decision), now)
        self._decisions.appeal(token, decision, case, form, now)

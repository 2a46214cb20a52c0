from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.credit.check import CHECKPOINTS, CheckFacts, check_credit
from .check_wording import CheckWording
from .credit_standing import StandingQuery
from .currency_units import CurrencyUnits
from .exposure_query import to_decimal


class CheckedCredit(NamedTuple):
    """What a credit check found, amounts in the company's currency.

    :ivar decision: ``pass``, ``warn`` or ``hold``.
    :ivar reasons: list of ``(code, sentence)``, empty when it passes.
    :ivar exposure: what the customer owes, as its policy counts it.
    :ivar limit: its own limit; 0 if it has none.
    :ivar available: what it may still buy under the tightest of its limits; None if it
        stands under none.
    """

    decision: str
    reasons: list
    exposure: float
    limit: float
    available: float | None


class ResPartner(models.Model):
    """The question at every checkpoint: may this customer go on buying on credit?"""

    _inherit = "res.partner"

    # === BUSINESS METHODS ===#

    @api.private
    def ar_check_credit(self, amount, currency, checkpoint, *, company=None, is_prepaid=False):
        """Whether the customer may be given ``amount`` more credit.

        Nobody is locked: who acts on the answer calls :meth:`_ar_lock_credit` before. Rights
        are not checked, because orders are decided for people who must not see figures.

        :param float amount: what is added to the exposure; 0 at ``delivery`` and
            ``invoice`` judges what is owed as it stands.
        :param res.currency currency: of ``amount``.
        :param str checkpoint: ``quotation``, ``order``, ``delivery`` or ``invoice``.
        :param res.company company: the current one if not given.
        :param bool is_prepaid: paid in full, or to be before anything is delivered.
        :return: a :class:`CheckedCredit`.
        :raises UserError: for a checkpoint that does not exist.
        """
        self.ensure_one()
        company = company or self.env.company
        if checkpoint not in CHECKPOINTS:
            raise UserError(
                self.env._(
                    "There is no checkpoint “%(checkpoint)s”. Use one of: %(known)s.",
                    checkpoint=checkpoint,
                    known=", ".join(CHECKPOINTS),
                )
            )
        customer = self.commercial_partner_id
        day = fields.Date.context_today(self)
        standing = StandingQuery(company, day).collect(customer)[customer.id]
        added = currency._convert(amount, company.currency_id, company, day)
        facts = customer._ar_prepare_check_facts(
            standing, to_decimal(company.currency_id, added), is_prepaid=is_prepaid
        )
        found = check_credit(facts, standing.policy._prepare_check_rules(checkpoint))
        wording = CheckWording(self.env, company.currency_id)
        return CheckedCredit(
            found.decision,
            [(reason.code, wording.reason(reason)) for reason in found.reasons],
            float(standing.owed),
            float(standing.limit or 0),
            None if found.available is None else float(found.available),
        )

    # === HOOKS ===#

    def _ar_get_scores(self, company):
        """Payment index from 0 to 100 of those of these customers that have one.

        :return: ``{partner id: int}``.
        """
        return {}

    def _ar_get_unrated_ids(self, company):
        """Ids of those of these customers whose rating is needed and cannot be fetched."""
        return set()

    # === PRIVATE METHODS ===#

    def _ar_prepare_check_facts(self, standing, amount, *, is_prepaid=False):
        """The customer as the engine wants it.

        :param CreditStanding standing: where it stands in the company that asks.
        :param Decimal amount: what is added, in company currency.
        """
        policy = standing.policy
        late = standing.exposure.counted_late(policy._prepare_counted())
        return CheckFacts(
            amount=amount,
            levels=standing.levels,
            late=CurrencyUnits(policy.currency_id).decimal(late),
            oldest_overdue_days=standing.exposure.oldest_overdue_days,
            score=standing.score,
            is_prepaid=is_prepaid,
            is_unrated=standing.is_unrated,
        )

from collections import defaultdict

from dateutil.relativedelta import relativedelta
from odoo import models
from odoo.tools import formatLang

from ...engine.automation.outcome import JobOutcome
from ...engine.credit.early_warning import Ending, WarningFacts, find_signals
from .behaviour import BehaviourReader
from .behaviour_query import BehaviourQuery


class ArJobCreditWarning(models.AbstractModel):
    """Looks every night for what should worry a credit manager before a due date does."""

    _name = "ar.job.credit.warning"
    _inherit = ["ar.job"]
    _description = "Early warning"

    _job_model = "res.partner"
    _job_batch_size = 500

    def _job_due_domain(self, run):
        return [("id", "in", self.env["res.partner"]._ar_search_credit_customers(run.company_id))]

    def _job_process(self, records, run):
        company = run.company_id
        found = self._find(records, company, run.date)
        new = self.env["ar.credit.signal"].ar_raise(company, run.date, found)
        told = new.grouped("partner_id")
        return {
            partner.id: JobOutcome.done("; ".join(told[partner].mapped("summary")), kind="warned")
            if partner in told
            else JobOutcome.left(self.env._("Nothing new."), kind="quiet")
            for partner in records
        }

    def _find(self, partners, company, day):
        """``{customer id: [(kind, key, sentence), …]}`` of all signals, told before or not."""
        env = self.env
        model = env["ar.payment.model"].ar_get_policy(company).sudo()._prepare_model()
        reader = BehaviourReader(BehaviourQuery(company, day, partners.ids), model)
        behaviours = {partner.id: reader.describe(partner.id) for partner in partners}
        groups = self._prepare_groups(partners)
        endings = self._prepare_endings(partners, company, day)
        late_in_group = defaultdict(set)
        for customer_id, group_id in groups.items():
            if behaviours[customer_id].open_late:
                late_in_group[group_id].add(customer_id)
        found = {}
        for customer_id, behaviour in behaviours.items():
            group = groups.get(customer_id, 0)
            facts = self._prepare_facts(
                customer_id, behaviour, day, (group, late_in_group.get(group, ())), endings
            )
            signals = [
                (signal.code, signal.key, self._word(signal, company))
                for signal in find_signals(facts)
            ]
            if signals:
                found[customer_id] = signals
        return found

    def _prepare_facts(self, customer_id, behaviour, day, group, endings):
        return WarningFacts(
            customer=customer_id,
            first_late=bool(behaviour.open_late) and not behaviour.late_count,
            punctual_before=behaviour.paid_count,
            paid_count=behaviour.paid_count,
            late=behaviour.open_late,
            orders_recent=behaviour.orders.recent,
            orders_usual=behaviour.orders.before / 6,
            order_count=behaviour.orders.count,
            month=f"{day:%Y-%m}",
            group=group[0],
            group_late=tuple(group[1]),
            ending=tuple(endings.get(customer_id, ())),
        )

    def _word(self, signal, company):
        values = signal.values

        def money(amount):
            return formatLang(self.env, amount, currency_obj=company.currency_id)

        if signal.code == "first_late":
            return self.env._(
                "Late for the first time, after %(count)d invoices paid in time.", count=values[0]
            )
        if signal.code == "slower":
            return self.env._(
                "%(invoice)s is %(late)d days overdue; this customer usually pays %(usual)d days "
                "after the due date.",
                invoice=values[0],
                late=values[1],
                usual=values[2],
            )
        if signal.code == "order_spike":
            return self.env._(
                "Ordered for %(recent)s in 30 days, usually for %(usual)s.",
                recent=money(values[0]),
                usual=money(values[1]),
            )
        if signal.code == "group_late":
            return self.env._("%(count)d customers of its group are late.", count=values[0])
        return self.env._(
            "The cover %(name)s ends on %(date)s.", name=values[0], date=str(values[1])
        )

    # === HOOKS ===#

    def _prepare_groups(self, partners):
        """``{customer id: group id}``: customers who stand or fall together.

        Those of one credit group; without one, those who belong to one parent company, whose
        id is given as a negative number to tell it from a group's.
        """
        found = {}
        for partner in partners.sudo():
            group = partner.ar_credit_group_ids.filtered("active")[:1]
            if group:
                found[partner.id] = group.id
            elif partner.parent_id:
                found[partner.id] = -partner.parent_id.commercial_partner_id.id
        return found

    def _prepare_endings(self, partners, company, day):
        """``{customer id: [Ending, …]}`` of covers that end within the scorecard's days."""
        card = self.env["ar.credit.scorecard"].ar_get_policy(company).sudo()
        rows = (
            self.env["ar.credit.instrument"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", partners.ids),
                    ("valid_until", ">=", day),
                    ("valid_until", "<=", day + relativedelta(days=card.warn_days)),
                ]
            )
        )
        found = defaultdict(list)
        for row in rows:
            found[row.partner_id.id].append(Ending(row.id, row.display_name, row.valid_until))
        return found

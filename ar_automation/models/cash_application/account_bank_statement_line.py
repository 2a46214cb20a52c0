from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .booking import Booking, book, untracked
from .bulk_assign import assign
from .evidence import Speaker
from .foresight import Foreseen
from .hold_back import hold_back, object_to, report_suspense
from .line_facts import read_line_facts
from .match_reasons import NOTHING, SILENT, VENDORS
from .matching import decide_facts, decide_lines
from .open_items import read_waiting_receipts

# Large enough for what every batch reads anew to vanish, small enough to lock for seconds only.
BATCH = 1000
# A preview decides so many lines together.
PREVIEW_BATCH = 50_000
VERDICTS = ("matched", "proposed", "unmatched")


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ar_match_state = fields.Selection(
        [("unmatched", "No match"), ("proposed", "Proposed"), ("matched", "Matched")],
        "Cash application",
        readonly=True,
        copy=False,
        help="Matched: booked because it was sure. Proposed: a person decides. "
        "No match: nothing was found that it may pay.",
    )
    ar_match_evidence = fields.Text(
        "Why", readonly=True, copy=False, help="What spoke for the match, or against booking it."
    )
    ar_match_reason = fields.Char(
        "Reason", readonly=True, copy=False, help="What mattered most in the decision."
    )
    ar_matched_at = fields.Datetime("Matched on", readonly=True, copy=False)
    ar_undo_count = fields.Integer("Times undone", readonly=True, copy=False)
    ar_proposal_ids = fields.One2many(
        "ar.match.proposal", "statement_line_id", "Proposals", readonly=True
    )
    ar_open_proposal_ids = fields.One2many(
        "ar.match.proposal",
        "statement_line_id",
        "Open proposals",
        readonly=True,
        domain=[("state", "=", "proposed")],
    )
    ar_best_proposal_id = fields.Many2one(
        "ar.match.proposal", "Best proposal", compute="_compute_ar_best_proposal_id"
    )

    _ar_to_match_idx = models.Index(
        "(company_id, ar_match_state) WHERE is_reconciled IS NOT TRUE AND amount > 0"
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_proposal_ids.state", "ar_proposal_ids.confidence", "is_reconciled")
    def _compute_ar_best_proposal_id(self):
        for line in self:
            proposed = line.ar_proposal_ids.filtered(lambda item: item.state == "proposed")
            line.ar_best_proposal_id = proposed[:1] if not line.is_reconciled else False

    # === ACTION METHODS ===#

    def action_ar_apply_cash(self):
        """Look for matches of the chosen payments now, and say what was found."""
        counts = self.ar_apply_cash()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if counts["matched"] else "info",
                "title": self.env._("Cash application"),
                "message": self.env._(
                    "%(matched)s matched, %(proposed)s proposed, %(unmatched)s without a match.",
                    **counts,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_ar_apply_best(self):
        """Book the best proposal of each of the chosen payments."""
        for line in self:
            if not line.ar_best_proposal_id:
                raise UserError(self.env._("There is no proposal for %s.", line.payment_ref))
            line.ar_best_proposal_id.action_apply()

    def action_ar_undo_match(self):
        """Take the match back: the items are open again, and it is not made again."""
        for line in self:
            applied = line.ar_proposal_ids.filtered(lambda item: item.state == "applied")
            line.ar_unbook()
            applied._update_state({"proposed"}, "rejected")
            if not line.ar_best_proposal_id:
                line.ar_match_state = "unmatched"

    # === BUSINESS METHODS ===#

    def ar_apply_cash(self, *, dry_run=False):
        """Match payments with the open items that they pay.

        Booked is what is sure; what is likely is proposed; the rest is left as it is. Payments
        are decided together, so that two of them that want one item are seen. Lines that
        are reconciled already are passed over.

        :param bool dry_run: change nothing and return what was found, best first:
            ``{line id: [{"items": {item id: amount in its currency}, "action": str,
            "probability": float, "book": bool, "evidence": [str], "orders": [order id]}]}``
        :return: ``{"matched": n, "proposed": n, "unmatched": n}``
        """
        if dry_run:
            return self._ar_preview()
        self.check_access("write")
        counts = Counter(dict.fromkeys(VERDICTS, 0))
        for company, lines in self.grouped("company_id").items():
            lines = lines.with_company(company)
            for ids in split_every(BATCH, lines.ids, list):
                outcomes = lines.browse(ids)._ar_apply_batch(company)
                counts.update(decision.verdict for decision in outcomes.values())
        return dict(counts)

    def _ar_preview(self):
        self.check_access("read")
        found, speaker = {}, Speaker(self.env)
        currencies = self._ar_currencies()
        for company, lines in self._ar_open_by_company().items():
            for ids in split_every(PREVIEW_BATCH, lines.ids, list):
                for decision in decide_lines(company, lines.browse(ids)):
                    currency = currencies[decision.payment.currency]
                    found[decision.payment.payment_id] = [
                        _preview(proposal, speaker, currency) for proposal in decision.proposals
                    ]
        return found

    def _ar_currencies(self):
        """All currencies by name."""
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        return {currency.name: currency for currency in currencies}

    def _ar_open(self):
        """The posted lines that are not reconciled yet."""
        found = {line_id for ids in self._ar_open_ids().values() for line_id in ids}
        return self.browse(line_id for line_id in self.ids if line_id in found)

    def _ar_open_by_company(self):
        """The same, as ``{company: lines with the company set}``."""
        companies = self.env["res.company"]
        return {
            companies.browse(company_id): self.with_company(company_id).browse(ids)
            for company_id, ids in self._ar_open_ids().items()
        }

    def _ar_open_ids(self):
        """Read which lines are open, past the record cache: previews ask it of 50,000 lines."""
        self.flush_model(["is_reconciled", "company_id"])
        self.env["account.move"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT l.company_id, array_agg(l.id ORDER BY w.place)
                     FROM unnest(%s::int[]) WITH ORDINALITY AS w(id, place)
                     JOIN account_bank_statement_line l ON l.id = w.id
                     JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
                    WHERE l.is_reconciled IS NOT TRUE
                 GROUP BY l.company_id""",
                self.ids,
            )
        )
        return dict(rows)

    @api.model
    def ar_count_to_match(self, company):
        """Return the number of customer payments of ``company`` that wait to be matched."""
        return self.search_count(self._ar_to_match_domain(company))

    @api.model
    @api.private
    def ar_get_waiting_receipts(self, company, partners):
        """Payments of customers that arrived and are not matched yet, in company currency.

        :param partners: commercial partners.
        :return: ``{partner id: Decimal}``, without customers that have none.
        """
        return read_waiting_receipts(company, partners)

    @api.model
    def _ar_to_match_domain(self, company):
        return [
            ("company_id", "=", company.id),
            ("state", "=", "posted"),
            ("is_reconciled", "=", False),
            ("amount", ">", 0),
        ]

    @api.model
    def _ar_money_out_domain(self, company):
        """Money that went out and may be a customer's: refunds, and payments sent back.

        What is known to be a vendor's stays out: by what the vendor is owed, by a text that is
        never a customer's, or by whom the money went to; so does what was looked at and has
        nothing of a customer.
        """
        partner = "partner_id.commercial_partner_id"
        return Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("is_reconciled", "=", False),
                ("amount", "<", 0),
                ("ar_match_code", "not in", (VENDORS, SILENT)),
            ]
        ) & (
            (Domain("partner_id", "=", False) & Domain("ar_match_code", "!=", NOTHING))
            | Domain(f"{partner}.customer_rank", ">", 0)
            | (Domain("partner_id", "!=", False) & Domain(f"{partner}.supplier_rank", "=", 0))
        )

    def _ar_apply_batch(self, company, foreseen=None):
        """Decide and book one batch.

        :param foreseen: what was decided of new lines already, see :meth:`ar_foresee`.
        :return: ``{line id: Decision}`` of the lines that were not reconciled yet.
        """
        lines = untracked(self, company)
        if foreseen is None:
            lines = lines._ar_open().try_lock_for_update(allow_referencing=True)
            foreseen = lines._ar_decide(company)
        outcomes = foreseen.outcomes
        report_suspense(company, lines, outcomes)
        self.env["ar.cash.policy"].ar_get_policy(company)._report_gaps()
        book(lines._ar_prepare_bookings(outcomes, foreseen.straight))
        lines._ar_store(outcomes, foreseen.partners)
        return outcomes

    def _ar_decide(self, company):
        """Decide locked lines, without what must not be booked now.

        :return: :class:`Foreseen`
        """
        locks = {}
        outcomes = self._ar_decide_facts(
            company,
            read_line_facts(self),
            lambda line_id: object_to(self.browse(line_id).with_prefetch(self.ids), locks),
        )
        return Foreseen(outcomes, {line.id: line.partner_id for line in self})

    @api.model
    def _ar_decide_facts(self, company, facts, objection):
        """Decide bank lines, stored or not.

        :param facts: list of :class:`LineFacts`
        :param objection: see :func:`hold_back`
        :return: ``{line id: Decision}``
        """
        decisions = decide_facts(company, facts)
        outcomes = {decision.payment.payment_id: decision for decision in decisions}
        return hold_back(self.env, outcomes, objection)

    def _ar_prepare_bookings(self, outcomes, straight=()):
        """Return the :class:`Booking` of each match that is sure.

        :param straight: ids of the lines whose entries stand on the customer's account already.
        """
        item_lines = self.env["account.move.line"].browse(
            sorted(
                item_id
                for decision in outcomes.values()
                if decision.verdict == "matched"
                for item_id, _amount in decision.proposals[0].allocation
            )
        )
        bookings = []
        for line_id, decision in outcomes.items():
            if decision.verdict == "matched":
                first = decision.proposals[0]
                amounts = {item_id: float(amount) for item_id, amount in first.allocation}
                # all items of the batch are read together
                items = item_lines.browse(sorted(amounts)).with_prefetch(item_lines.ids)
                bookings.append(
                    Booking(
                        self.browse(line_id).with_prefetch(self.ids),
                        items,
                        amounts,
                        first.action,
                        self.env["res.partner"].browse(first.customer_id),
                        is_straight=line_id in straight,
                        is_payout=bool(first.provider_id),
                    )
                )
        return bookings

    def _ar_store(self, outcomes, partners):
        """Write verdicts, evidence and proposals, and log what was booked."""
        lines = self.browse(outcomes)
        lines.ar_proposal_ids.filtered(lambda item: item.state == "proposed").sudo().unlink()
        now = fields.Datetime.now()
        currencies = self._ar_currencies()
        proposals, events, notes, speaker = [], [], {}, Speaker(self.env)
        for line in lines:
            decision = outcomes[line.id]
            state = "applied" if decision.verdict == "matched" else "proposed"
            shown = decision.proposals[: 1 if decision.verdict == "matched" else None]
            proposals += [
                line._prepare_proposal_vals(proposal, state, currencies, speaker)
                | {"partner_before_id": partners[line.id].id}
                for proposal in shown
                if proposal.names
            ]
            notes[line] = line._prepare_note(decision, speaker)
            if decision.verdict == "matched":
                evidence = notes[line]["ar_match_evidence"]
                events.append(line._prepare_event("cash_application.matched", evidence))
        for name in ("ar_match_state", "ar_match_reason", "ar_match_evidence"):
            assign(name, {line: note[name] for line, note in notes.items()})
        assign(
            "ar_matched_at",
            {line: outcomes[line.id].verdict == "matched" and now for line in lines},
        )
        self.env["ar.match.proposal"].sudo().create(proposals)
        self._log_events(events)

    def _prepare_note(self, decision, speaker):
        """What is kept of a decision on the payment itself."""
        currency = self.foreign_currency_id or self.currency_id
        evidence = decision.proposals[0].evidence if decision.proposals else ()
        reason = speaker.summarise(evidence, currency) if evidence else ""
        if decision.verdict == "unmatched":
            reason = self.env._("No open item is named or fits.")
            if decision.settled:
                names = ", ".join(decision.settled)
                reason = self.env._("%s is settled already: was it paid twice?", names)
            elif decision.is_vendors:
                reason = self.env._("It pays what a vendor is owed, and is no customer's refund.")
        return {
            "ar_match_state": decision.verdict,
            "ar_match_reason": reason,
            "ar_match_evidence": speaker.explain(evidence, currency) if evidence else reason,
        }

    def _prepare_proposal_vals(self, proposal, state, currencies, speaker):
        currency = self.foreign_currency_id or self.currency_id
        return {
            "statement_line_id": self.id,
            "item_ids": [(6, 0, [item.item_id for item in proposal.items])],
            "order_ids": [(6, 0, [order.order_id for order in proposal.orders])],
            "item_names": ", ".join(proposal.names),
            "partner_id": proposal.customer_id or False,
            "payout_provider_id": proposal.provider_id or False,
            "action": proposal.action,
            "allocation": {str(item_id): float(amount) for item_id, amount in proposal.allocation},
            "confidence": proposal.confidence,
            "amount": float(proposal.residual),
            "item_currency_id": (
                currencies[proposal.items[0].currency] if proposal.items else currency
            ).id,
            "evidence": speaker.explain(proposal.evidence, currency),
            "state": state,
            "decided_by_id": self.env.uid if state == "applied" else False,
        }

    def _prepare_event(self, code, evidence):
        return {
            "code": code,
            "summary": f"{self.payment_ref}: {self.currency_id.format(self.amount)} "
            f"({self.partner_id.name or self.partner_name or '?'})",
            "record": self,
            "details": {"evidence": evidence or "", "move": self.move_id.name or ""},
        }

    def _log_events(self, events):
        for company, lines in self.grouped("company_id").items():
            own = [event for event in events if event["record"] in lines]
            self.env["ar.audit.event"].ar_append(company, own)


def _preview(proposal, speaker, currency):
    """A proposal as :meth:`ar_apply_cash` returns it; ``currency`` is the payment's."""
    return {
        "items": {item_id: float(amount) for item_id, amount in proposal.allocation},
        "action": proposal.action,
        "partner_id": proposal.customer_id or False,
        "probability": proposal.confidence,
        "book": proposal.book,
        "evidence": speaker.sentences(proposal.evidence, currency),
        "orders": [order.order_id for order in proposal.orders],
        "provider_id": proposal.provider_id,
    }

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .booking import book
from .evidence import Speaker
from .matching import decide_lines
from .open_items import read_waiting_receipts

BATCH = 200
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
        events = []
        for line in self:
            if not line.is_reconciled:
                raise UserError(self.env._("%s is not matched.", line.payment_ref))
            events.append(line._prepare_event("cash_application.undone", line.ar_match_evidence))
        self.action_undo_reconciliation()
        self.ar_proposal_ids._update_state({"applied"}, "rejected")
        for line in self:
            line.ar_undo_count += 1
        self.write(
            {
                "ar_match_state": "unmatched",
                "ar_matched_at": False,
                "ar_match_reason": self.env._("Taken back by %s.", self.env.user.name),
                "ar_match_evidence": False,
            }
        )
        self._log_events(events)

    # === BUSINESS METHODS ===#

    def ar_apply_cash(self, *, dry_run=False):
        """Match payments with the open items that they pay.

        Booked is what is sure; what is likely is proposed; the rest is left as it is. Payments
        are decided together, so that two of them that want one item are seen. Lines that
        are reconciled already are passed over.

        :param bool dry_run: change nothing and return what was found, best first:
            ``{line id: [{"items": {item id: amount in its currency}, "action": str,
            "probability": float, "book": bool, "evidence": [str]}]}``
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
        for company, lines in self.grouped("company_id").items():
            lines = lines.with_company(company)
            for ids in split_every(PREVIEW_BATCH, lines._ar_open().ids, list):
                for decision in decide_lines(company, lines.browse(ids)):
                    line = lines.browse(decision.payment.payment_id)
                    found[line.id] = [
                        line._prepare_preview(proposal, speaker) for proposal in decision.proposals
                    ]
        return found

    def _prepare_preview(self, proposal, speaker):
        currency = self.foreign_currency_id or self.currency_id
        return {
            "items": {item_id: float(amount) for item_id, amount in proposal.allocation},
            "action": proposal.action,
            "probability": proposal.confidence,
            "book": proposal.book,
            "evidence": speaker.sentences(proposal.evidence, currency),
        }

    def _ar_open(self):
        """The posted lines that are not reconciled yet."""
        return self.filtered(lambda line: not line.is_reconciled and line.state == "posted")

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

    def _ar_apply_batch(self, company):
        """Decide and book one batch.

        :return: ``{line id: Decision}`` of the lines that were not reconciled yet.
        """
        lines = self._ar_open()
        outcomes = {
            decision.payment.payment_id: decision for decision in decide_lines(company, lines)
        }
        self._ar_book_sure(outcomes)
        self._ar_store(outcomes)
        return outcomes

    def _ar_book_sure(self, outcomes):
        item_lines = self.env["account.move.line"]
        pairs = [
            (self.browse(line_id), item_lines.browse(sorted(decision.proposals[0].item_ids)))
            for line_id, decision in outcomes.items()
            if decision.verdict == "matched"
        ]
        book(pairs)

    def _ar_store(self, outcomes):
        """Write verdicts, evidence and proposals, and log what was booked."""
        lines = self.browse(outcomes)
        lines.ar_proposal_ids.filtered(lambda item: item.state == "proposed").sudo().unlink()
        now = fields.Datetime.now()
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        currencies = {currency.name: currency for currency in currencies}
        proposals, events, speaker = [], [], Speaker(self.env)
        for line in lines:
            decision = outcomes[line.id]
            state = "applied" if decision.verdict == "matched" else "proposed"
            shown = decision.proposals[: 1 if decision.verdict == "matched" else None]
            proposals += [
                line._prepare_proposal_vals(proposal, state, currencies, speaker)
                for proposal in shown
                if proposal.items
            ]
            line._ar_note_decision(decision, speaker)
            line.ar_matched_at = now if decision.verdict == "matched" else False
            if decision.verdict == "matched":
                events.append(
                    line._prepare_event("cash_application.matched", line.ar_match_evidence)
                )
        self.env["ar.match.proposal"].sudo().create(proposals)
        self._log_events(events)

    def _ar_note_decision(self, decision, speaker):
        currency = self.foreign_currency_id or self.currency_id
        evidence = decision.proposals[0].evidence if decision.proposals else ()
        reason = speaker.summarise(evidence, currency) if evidence else ""
        if decision.verdict == "unmatched":
            reason = self.env._("No open item is named or fits.")
            if decision.settled:
                names = ", ".join(decision.settled)
                reason = self.env._("%s is settled already: was it paid twice?", names)
        self.ar_match_state = decision.verdict
        self.ar_match_reason = reason
        self.ar_match_evidence = speaker.explain(evidence, currency) if evidence else reason

    def _prepare_proposal_vals(self, proposal, state, currencies, speaker):
        return {
            "statement_line_id": self.id,
            "item_ids": [(6, 0, [item.item_id for item in proposal.items])],
            "item_names": ", ".join(item.name for item in proposal.items),
            "partner_id": proposal.items[0].customer_id,
            "confidence": proposal.confidence,
            "amount": float(proposal.residual),
            "item_currency_id": currencies[proposal.items[0].currency].id,
            "evidence": speaker.explain(
                proposal.evidence, self.foreign_currency_id or self.currency_id
            ),
            "state": state,
            "decided_by_id": self.env.uid if state == "applied" else False,
        }

    def _ar_apply_proposal(self, proposal):
        """Book a proposal that a person accepted."""
        self.ensure_one()
        if self.is_reconciled:
            raise UserError(
                self.env._("%s was matched by somebody else meanwhile.", self.payment_ref)
            )
        book([(self, proposal.item_ids)])
        (self.ar_proposal_ids - proposal)._update_state({"proposed"}, "outdated")
        proposal._update_state({"proposed"}, "applied")
        accepted = self.env._("Accepted by %s.", self.env.user.name)
        self.write(
            {
                "ar_match_state": "matched",
                "ar_matched_at": fields.Datetime.now(),
                "ar_match_reason": accepted,
                "ar_match_evidence": f"{accepted}\n{proposal.evidence or ''}".strip(),
            }
        )
        self._log_events([self._prepare_event("cash_application.accepted", proposal.evidence)])

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

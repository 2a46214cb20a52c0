from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Datetime, Domain

from ...engine.matching.facts import Decision, Payment
from ...engine.rules.apply import apply_rules
from ...engine.rules.expressions import Expressions
from .hold_back import object_to
from .open_items import LIKELY
from .rule_booking import book_by_rules
from .rule_facts import read_rules, read_transactions
from .rule_wording import explain_outcome

# A rule that asks ranks above items that are no more than likely.
RULE_CONFIDENCE = 0.6


class AccountBankStatementLine(models.Model):
    """Rules: what is booked where a transaction pays no open item for sure."""

    _inherit = "account.bank.statement.line"

    # === BUSINESS METHODS ===#

    def _ar_due_domain(self, company):
        """Customer payments to match, and what went out: refunds, and what rules may book."""
        return Domain(self._ar_to_match_domain(company)) | Domain(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("is_reconciled", "=", False),
                ("amount", "<", 0),
            ]
        )

    def _ar_apply_batch(self, company, foreseen=None):
        """EXTENDS: after the sure matches, the rules see what is left."""
        outcomes = super()._ar_apply_batch(company, foreseen)
        rules = read_rules(company)
        lines = self.browse(outcomes)._ar_open()
        if rules and lines:
            outcomes.update(lines._ar_apply_rules(rules, outcomes))
        return outcomes

    def _ar_apply_rules(self, rules, outcomes):
        """Book by automated rules, propose by the others.

        A customer's payment that probably pays an open item is not booked by a rule, however
        automated it is: it proposes, and a person decides.

        :param outcomes: ``{line id: Decision}`` of the matching.
        :return: ``{line id: Decision}`` of the lines that rules apply to.
        """
        found = self._ar_ask_rules(rules)
        locks, before = {}, {line: line.partner_id for line in found}
        sure = {
            line: outcome
            for line, outcome in found.items()
            if outcome.is_automated
            and not _is_likely(outcomes.get(line.id))
            and not object_to(line, locks)
        }
        asked = {line: outcome for line, outcome in found.items() if line not in sure}
        if sure:
            book_by_rules(sure)
        self._ar_store_rules(sure, asked, before)
        verdicts = {
            **dict.fromkeys(sure, "matched"),
            **dict.fromkeys(asked, "proposed"),
        }
        return {
            line.id: _with_verdict(outcomes.get(line.id), found[line], verdict)
            for line, verdict in verdicts.items()
        }

    def _ar_ask_rules(self, rules):
        """Return ``{line: Outcome}`` of the lines that rules book as a whole."""
        expressions = Expressions()
        found = {}
        for line, transaction in zip(self, read_transactions(self), strict=True):
            outcome = apply_rules(transaction, rules, expressions)
            if outcome.is_bookable:
                found[line] = outcome
        self._ar_note_slow_rules(rules, expressions)
        return found

    def _ar_note_slow_rules(self, rules, expressions):
        """A rule whose expression runs out of time rests until somebody changes it."""
        slow = [
            rule.rule_id
            for rule in rules
            if expressions.too_slow & {rule.text, *(line.pattern for line in rule.lines)}
        ]
        if slow:
            self.env["account.reconcile.model"].sudo().browse(slow).ar_trouble = self.env._(
                "Its expression takes too long on some texts, so the rule rests. "
                "Make it simpler, for instance without a repetition inside a repetition."
            )

    def _ar_store_rules(self, sure, asked, before):
        """Write what the rules said, and log what they booked.

        :param before: ``{line: partner}`` as it was, for undoing.
        """
        now, proposals, events = Datetime.now(), [], []
        for line, outcome in (sure | asked).items():
            evidence = explain_outcome(self.env, outcome)
            state = "applied" if line in sure else "proposed"
            proposals.append(
                line._prepare_rule_proposal_vals(outcome, state, evidence)
                | {"partner_before_id": before[line].id}
            )
            if line not in sure and line.ar_match_state == "proposed":
                continue
            line.ar_match_state = "matched" if line in sure else "proposed"
            line.ar_match_reason = evidence.partition("\n")[0]
            line.ar_match_evidence = evidence
            if line in sure:
                line.ar_matched_at = now
                events.append(line._prepare_event("cash_application.rule_booked", evidence))
        for line in sure:
            line.ar_proposal_ids._update_state({"proposed"}, "outdated")
        self.env["ar.match.proposal"].sudo().create(proposals)
        self._log_events(events)

    def _prepare_rule_proposal_vals(self, outcome, state, evidence):
        rules = self.env["account.reconcile.model"].sudo().browse(outcome.rules)
        return {
            "statement_line_id": self.id,
            "rule_ids": [(6, 0, rules.ids)],
            "item_names": ", ".join(rules.mapped("name")),
            "partner_id": outcome.partner_id,
            "confidence": 1.0 if state == "applied" else RULE_CONFIDENCE,
            "amount": float(abs(outcome.transaction.amount)),
            "item_currency_id": (self.foreign_currency_id or self.currency_id).id,
            "evidence": evidence,
            "state": state,
            "decided_by_id": self.env.uid if state == "applied" else False,
        }

    def _ar_apply_proposal(self, proposal):
        """EXTENDS: what rules proposed is booked by them as they are now."""
        if not proposal.rule_ids:
            return super()._ar_apply_proposal(proposal)
        self.ensure_one()
        if self.is_reconciled:
            raise UserError(
                self.env._("%s was booked by somebody else meanwhile.", self.payment_ref)
            )
        rules = read_rules(self.company_id, proposal.rule_ids)
        outcome = apply_rules(read_transactions(self)[0], rules)
        if not outcome.is_bookable:
            raise UserError(
                self.env._(
                    "The rule %(rule)s was changed and no longer books %(payment)s as a whole. "
                    "Look for matches again.",
                    rule=proposal.item_names,
                    payment=self.payment_ref,
                )
            )
        proposal.sudo().partner_before_id = self.partner_id
        book_by_rules({self: outcome})
        return self._ar_note_accepted(proposal)

    def _ar_preview(self):
        """EXTENDS: also what rules would book or propose."""
        found = super()._ar_preview()
        for company, lines in self._ar_open_by_company().items():
            rules = read_rules(company)
            lines = rules and lines.filtered(
                lambda line: not any(proposal["book"] for proposal in found.get(line.id, ()))
            )
            if lines:
                for line, outcome in lines._ar_ask_rules(rules).items():
                    line._ar_preview_rule(outcome, found.setdefault(line.id, []))
        return found

    def _ar_preview_rule(self, outcome, proposals):
        likely = bool(proposals) and proposals[0]["probability"] >= LIKELY
        book = outcome.is_automated and not likely
        proposal = {
            "items": {},
            "action": "rule",
            "partner_id": outcome.partner_id,
            "probability": 1.0 if book else RULE_CONFIDENCE,
            "book": book,
            "evidence": explain_outcome(self.env, outcome).split("\n"),
        }
        proposals.append(proposal)
        proposals.sort(key=lambda one: -one["probability"])


def _is_likely(decision):
    return bool(
        decision
        and decision.proposals
        and decision.proposals[0].items
        and decision.proposals[0].confidence >= LIKELY
    )


def _with_verdict(decision, outcome, verdict):
    if decision is not None:
        return replace(decision, verdict=verdict)
    transaction = outcome.transaction
    payment = Payment(transaction.transaction_id, transaction.amount, "", transaction.texts)
    return Decision(payment, verdict)

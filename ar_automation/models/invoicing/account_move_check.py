from decimal import Decimal

from odoo import api, fields, models

from ...engine.invoicing.checks import InvoiceFacts, check_invoice
from ..credit.customer_check import judge_customers
from .check_facts import CheckFacts

LETTER_FIELDS = ("street", "city", "zip", "country_id")
# These are always there; others come with their apps.
OWN_CHANNELS = ("email", "snailmail", "manual")


class AccountMove(models.Model):
    """Checks of customer invoices: facts in, findings out."""

    _inherit = "account.move"

    ar_finding_ids = fields.One2many("ar.invoice.finding", "move_id", "Findings", readonly=True)

    # Serves the search for twins and for what is usual.
    _ar_past_idx = models.Index(
        "(commercial_partner_id, company_id, invoice_date DESC, id DESC) "
        "WHERE state = 'posted' AND move_type = 'out_invoice'"
    )

    # === BUSINESS METHODS ===#

    @api.private
    def ar_check(self, date=None):
        """Check customer invoices: drafts as before posting, posted ones as before sending.

        The number of statements does not depend on the number of invoices. What was found is
        stored; what is found no longer is marked as gone; what was accepted stays accepted
        while its sentence is the same.

        :param datetime.date date: invoice date of those that have none yet; today by default.
        :return: the live ``ar.invoice.finding`` records of the invoices at their stage.
        """
        date = date or fields.Date.context_today(self)
        # sudo: checks look at what the customer owes and at other invoices of the customer
        documents = self.sudo().filtered(lambda move: move.is_sale_document())
        findings = self.env["ar.invoice.finding"].sudo()
        for (company, is_draft), moves in documents.grouped(
            lambda move: (move.company_id, move.state == "draft")
        ).items():
            stage = "posting" if is_draft else "sending"
            rules = self.env["ar.invoice.check"]._find_rules(company, stage)
            found = moves._ar_find(rules, date)
            findings |= findings._store(moves, stage, found)
        return findings.with_env(self.env)

    # === PRIVATE METHODS ===#

    def _ar_find(self, rules, date):
        """``{move id: [(finding, sentence)]}`` of invoices of one company, by ``rules``."""
        if not rules:
            return {}
        facts = self._ar_collect_check_facts(rules, date)
        return {
            move.id: [
                (finding, move._ar_finding_sentence(finding))
                for finding in check_invoice(facts[move.id], rules)
            ]
            for move in self
        }

    def _ar_collect_check_facts(self, rules, date):
        collector = CheckFacts(self, rules, date)
        collected, kinds = collector.collect(), collector.kinds
        rated = self._ar_rated_currencies(date)
        held = self._ar_credit_holds() if "credit_hold" in kinds else {}
        extra = self._ar_extra_check_facts(kinds)
        return {
            move.id: InvoiceFacts(
                **move._ar_own_facts(kinds),
                **move._ar_recipient_facts(kinds),
                **collected[move.id],
                has_rate=(move.company_id, move.currency_id) in rated,
                credit_hold=held.get(move.id, ""),
                extra=extra.get(move.id, {}),
            )
            for move in self
        }

    def _ar_extra_check_facts(self, kinds):
        """Facts for checks of other addons: ``{move id: {name: value}}``, read in sets.

        :param set kinds: the kinds of check in force.
        """
        return {}

    def _ar_own_facts(self, kinds):
        customer = self.commercial_partner_id.with_company(self.company_id)
        return {
            "total": Decimal(str(self.amount_total)),
            "rounding": Decimal(str(self.currency_id.rounding)),
            "is_credit_note": self.move_type == "out_refund",
            "terms": self.invoice_payment_term_id.display_name or "",
            "customer_terms": customer.property_payment_term_id.display_name or "",
            "untaxed_lines": self._ar_untaxed_lines() if "no_tax" in kinds else (),
        }

    def _ar_recipient_facts(self, kinds):
        recipient, channel = self.partner_id, self._ar_channel()
        has_valid_vat = "bad_vat" not in kinds or self._ar_has_valid_vat()
        return {
            "channel": channel,
            "can_use_channel": "no_channel" not in kinds or self._ar_can_use(channel),
            "has_email": bool(recipient.email_normalized)
            or not self._get_mail_template().use_default_to,
            "missing_address": tuple(name for name in LETTER_FIELDS if not recipient[name]),
            "required": self._ar_required_data(),
            "given": self._ar_given_data(),
            "has_valid_vat": has_valid_vat,
        }

    def _ar_channel(self):
        """The customer's sending method, by company; e-mail unless another is chosen."""
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.invoice_sending_method or "email"

    def _ar_can_use(self, channel):
        if channel in OWN_CHANNELS:
            return True
        send, methods = self.env["account.move.send"], self.partner_id._fields
        known = dict(methods["invoice_sending_method"]._description_selection(self.env))
        return (
            channel in known
            and send._is_applicable_to_company(channel, self.company_id)
            and send._is_applicable_to_move(channel, self)
        )

    def _ar_required_data(self):
        """What this invoice must carry: a set of ``vat``, ``po`` and ``buyer_reference``."""
        required = set(self.commercial_partner_id._ar_required_data(self.company_id))
        if self.fiscal_position_id.vat_required:
            required.add("vat")
        return frozenset(required)

    def _ar_given_data(self):
        customer = self.commercial_partner_id
        given = {
            "vat": customer.vat and customer.vat != "/",
            # where the customer gave no number, core writes that of our own order instead
            "po": self.ref and self.ref != self.invoice_origin,
            "buyer_reference": customer.ref,
        }
        return frozenset(name for name, value in given.items() if value)

    def _ar_has_valid_vat(self):
        customer = self.commercial_partner_id
        if not customer.vat or customer.vat == "/":
            return True
        valid, _code = customer._run_vat_checks(
            customer.country_id, customer.vat, validation="setnull"
        )
        return bool(valid)

    def _ar_untaxed_lines(self):
        """Texts of lines without a tax that their product, or else the other lines, have."""
        # a list, since filtered() would read the taxes invoice by invoice
        lines = [line for line in self.invoice_line_ids if line.display_type == "product"]
        others_taxed = any(line.tax_ids for line in lines)
        return tuple(
            line.name or line.product_id.display_name or ""
            for line in lines
            if not line.tax_ids
            and line.price_subtotal
            and (self._ar_expects_tax(line.product_id) if line.product_id else others_taxed)
        )

    def _ar_expects_tax(self, product):
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return bool(self.fiscal_position_id.map_tax(taxes))

    def _ar_credit_holds(self):
        """``{move id: reason}`` of invoices that credit would not let be posted."""
        drafts = self.filtered(lambda move: move.state == "draft" and move._ar_is_on_credit())
        if not drafts:
            return {}
        judged = judge_customers(drafts.commercial_partner_id, drafts.company_id, "invoice")
        verdicts = {move: judged.get(move.commercial_partner_id.id) for move in drafts}
        return {
            move.id: found.notice
            for move, found in verdicts.items()
            if found and found.decision == "hold"
        }

    def _ar_rated_currencies(self, date):
        """Pairs of company and currency for which an exchange rate is known on ``date``."""
        own = {(company, company.currency_id) for company in self.company_id}
        foreign = self.currency_id - self.company_id.currency_id
        if not foreign and len(self.company_id) == 1:
            return own
        rates = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [("currency_id", "in", self.currency_id.ids), ("name", "<=", date)],
                ["company_id", "currency_id"],
            )
        )
        known = set(rates)
        shared = {currency for company, currency in known if not company}
        return own | {
            (company, currency)
            for company in self.company_id
            for currency in self.currency_id
            if currency in shared or (company.root_id, currency) in known
        }

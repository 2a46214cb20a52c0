from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .match_reasons import reason_labels

PAGE = 80
ITEMS = 60
LINE_FIELDS = (
    *("date", "amount", "payment_ref", "partner_name", "account_number", "partner_id"),
    *("journal_id", "currency_id", "foreign_currency_id", "amount_currency", "is_reconciled"),
    *("ar_match_state", "ar_match_reason", "ar_match_code"),
)


class ArWorkbench(models.AbstractModel):
    """What the screen *Payments to match* asks the server, and tells it.

    Each method answers one need of the screen with a number of statements that does not
    depend on how many payments wait. Rights are those on bank transactions: whoever may
    change them may decide here, whoever may read them may look.
    """

    _name = "ar.workbench"
    _description = "Payments to match"

    # === WHAT THE SCREEN SHOWS ===#

    @api.model
    @api.readonly
    def ar_get_lines(self, company_id, filters=None, after=None, limit=PAGE):
        """Return a page of the payments that wait, oldest first.

        :param dict filters: any of ``direction``, ``journal_id``, ``state``, ``reason``, ``age``,
            ``amount_min``, ``amount_max``, ``text``; amounts are above zero also for money out.
        :param list after: ``[date, id]`` of the last payment that the screen has; pages do
            not shift while payments leave the list.
        :return: ``lines`` (see :meth:`_prepare_line`) and ``total`` of all pages.
        """
        lines, company = self._lines(), self._company(company_id)
        domain = self._domain(company, filters or {})
        page = domain
        if after:
            date, line_id = after
            page &= Domain("date", ">", date) | Domain(
                [("date", "=", date), ("id", ">", int(line_id))]
            )
        found = lines.search_fetch(page, LINE_FIELDS, limit=min(limit, 200), order="date, id")
        return {
            "total": lines.search_count(domain),
            "lines": [self._prepare_line(line) for line in found],
        }

    @api.model
    @api.readonly
    def ar_get_line(self, line_id, text="", partner_id=None):
        """Return one payment with its proposals and the open items to choose from.

        :param str text: number, reference or customer to find items by; without it the items
            are those of the payer, or of who is proposed as payer.
        :param int partner_id: another payer to show the items of.
        :return: ``line``, ``proposals``, ``items``, ``item_count`` (also of those not sent).
        """
        line = self._line(line_id)
        proposals = line.ar_open_proposal_ids
        payer = self.env["res.partner"].browse(partner_id) or line.partner_id
        payers = (payer or proposals.partner_id).commercial_partner_id
        domain = line._ar_open_items_domain() & self._item_domain(line, payers, text)
        items = self.env["account.move.line"]
        found = items.search(domain, limit=ITEMS, order="date_maturity, id")
        shown = found | proposals.item_ids
        worths = self._item_worths(line, shown)
        return {
            "line": self._prepare_line(line) | {"narration": line.narration or ""},
            "proposals": [self._prepare_proposal(proposal, worths) for proposal in proposals],
            "items": [self._prepare_item(item, worths) for item in found],
            "item_count": items.search_count(domain) if len(found) == ITEMS else len(found),
        }

    @api.model
    @api.readonly
    def ar_get_similar(self, company_id, line_id, least=0.5):
        """Return the payments whose best proposal is of the same kind as that of this one.

        The same kind: the same action, and the same reason mattered most.

        :param float least: probability that the proposals have at least.
        :return: ``kind`` in words, ``proposal_ids``, ``count``, ``lowest`` probability.
        """
        line, company = self._line(line_id), self._company(company_id)
        best = line.ar_best_proposal_id
        if not best:
            raise UserError(self.env._("There is no proposal for %s.", line.payment_ref))
        rows = self._find_alike(company, line, best, least)
        return {
            "kind": self._kind(best, line.ar_match_code),
            "proposal_ids": [proposal_id for proposal_id, _confidence in rows],
            "count": len(rows),
            "lowest": min((confidence for _proposal_id, confidence in rows), default=0.0),
        }

    # === WHAT THE SCREEN TELLS ===#

    @api.model
    def ar_accept(self, proposal_id):
        """Book a proposal.

        :raises UserError: if it was decided or outdated meanwhile.
        """
        proposal = self.env["ar.match.proposal"].browse(proposal_id).exists()
        if not proposal:
            raise UserError(
                self.env._("This proposal is gone: matches were looked for again. Look once more.")
            )
        proposal.action_apply()

    @api.model
    def ar_accept_many(self, proposal_ids):
        """Book several proposals; what cannot be booked is left and named.

        :return: ``done`` (ids of payments), ``failed`` (list of ``line_id``, ``message``).
        """
        proposals = self.env["ar.match.proposal"].browse(proposal_ids).exists()
        done, failed = self._accept_together(proposals), []
        for proposal in proposals if not done else ():
            line = proposal.statement_line_id
            try:
                with self.env.cr.savepoint():
                    proposal.action_apply()
            except UserError as error:
                failed.append({"line_id": line.id, "message": error.args[0]})
            else:
                done.append(line.id)
        return {"done": done, "failed": failed}

    @api.model
    def ar_settle(self, line_id, items, rest="on_account", partner_id=None, write_off=None):
        """Book a payment against chosen items; see ``ar_book_by_hand``.

        :param items: list of ``[item id, amount in its currency]``.
        :param dict write_off: ``account_id``, ``tax_ids``, ``analytic_account_id``.
        """
        details = write_off or {}
        analytic_id = details.get("analytic_account_id")
        line = self._line(line_id)
        line.ar_book_by_hand(
            {int(item_id): float(amount) for item_id, amount in items},
            rest=rest,
            account=self.env["account.account"].browse(details.get("account_id")),
            partner=self.env["res.partner"].browse(partner_id).commercial_partner_id,
            write_off={
                "tax_ids": details.get("tax_ids"),
                "analytic_distribution": analytic_id and {str(analytic_id): 100},
            },
        )

    @api.model
    def ar_assign_payer(self, line_id, partner_id):
        """Say who paid, and look for matches again with that knowledge.

        :return: whether the payment is matched now.
        """
        line = self._line(line_id)
        line.check_access("write")
        line._ar_check_untouched()
        line.partner_id = self.env["res.partner"].browse(partner_id).commercial_partner_id
        line.ar_apply_cash()
        return line.is_reconciled

    @api.model
    def ar_undo(self, line_id):
        """Take the match of a payment back.

        :return: the payment, as in :meth:`ar_get_lines`.
        """
        line = self._line(line_id)
        line.ar_unbook()
        return self._prepare_line(line)

    def _accept_together(self, proposals):
        """Book proposals in one go, where they have nothing to do with each other.

        :return: ids of their payments; none if one of them cannot be booked, so that one by one
            has to say which.
        """
        lines = proposals.statement_line_id
        if len(lines) < len(proposals) or len(lines.company_id) > 1 or proposals.rule_ids:
            return []
        if len(proposals.item_ids) < sum(len(proposal.item_ids) for proposal in proposals):
            return []
        try:
            with self.env.cr.savepoint():
                lines._ar_book_together(proposals)
        except UserError:
            return []
        return lines.ids

    # === PRIVATE METHODS: CHOICE ===#

    def _lines(self):
        lines = self.env["account.bank.statement.line"]
        lines.check_access("read")
        return lines

    def _line(self, line_id):
        line = self._lines().browse(line_id).exists()
        if not line:
            raise UserError(self.env._("This payment was deleted meanwhile. Reload the list."))
        line.check_access("read")
        return line.with_company(line.company_id)

    def _company(self, company_id):
        return self.env["ar.report.access"]._resolve_company(company_id)

    def _item_domain(self, line, payers, text):
        text = text.strip()
        if text:
            found = ("move_id.name", "move_id.payment_reference", "move_id.ref", "partner_id.name")
            return Domain.OR(Domain(name, "ilike", text) for name in found)
        if payers:
            return Domain("partner_id", "child_of", payers.ids)
        return Domain("amount_residual_currency", "=", line.amount_currency or line.amount)

    # === PRIVATE METHODS: ANSWERS ===#

    def _prepare_line(self, line):
        """A payment as the screen shows it; amounts in the currency that was transferred."""
        currency = line.foreign_currency_id or line.currency_id
        best = line.ar_best_proposal_id
        return {
            "id": line.id,
            "date": fields.Date.to_string(line.date),
            "amount": line.amount_currency if line.foreign_currency_id else line.amount,
            "currency_id": currency.id,
            "text": line.payment_ref or "",
            "payer": line.partner_name or line.account_number or "",
            "account_number": line.account_number or "",
            "partner": [line.partner_id.id, line.partner_id.display_name]
            if line.partner_id
            else None,
            "journal": line.journal_id.display_name,
            "state": line.ar_match_state or "unmatched",
            "reason": line.ar_match_reason or "",
            "is_done": line.is_reconciled,
            "best": {
                "id": best.id,
                "confidence": best.confidence,
                "settles": best.item_names,
                "customer": best.partner_id.display_name,
            }
            if best
            else None,
        }

    def _prepare_proposal(self, proposal, worths):
        reasons = (proposal.evidence or "").split("\n")
        first_against = len(reasons) - proposal.against_count
        return {
            "id": proposal.id,
            "customer": proposal.partner_id.display_name,
            "partner_id": proposal.partner_id.id,
            "confidence": proposal.confidence,
            "action": dict(proposal._fields["action"]._description_selection(self.env)).get(
                proposal.action, ""
            ),
            "reasons": [
                {"text": reason, "is_for": number < first_against}
                for number, reason in enumerate(reasons)
                if reason
            ],
            "items": [self._prepare_item(item, worths) for item in proposal.item_ids],
        }

    def _prepare_item(self, item, worths):
        return {
            "id": item.id,
            "name": item.move_id.name or item.name or "",
            "reference": item.move_id.payment_reference or item.move_id.ref or "",
            "customer": item.partner_id.commercial_partner_id.display_name or "",
            "partner_id": item.partner_id.commercial_partner_id.id,
            "date": fields.Date.to_string(item.date),
            "due": fields.Date.to_string(item.date_maturity or item.date),
            "open": item.amount_residual_currency,
            "currency_id": item.currency_id.id,
            "worth": worths[item.id],
        }

    def _item_worths(self, line, items):
        """What each item costs in the payment's currency, at the bank's rate."""
        return {
            item.id: -line._prepare_counterpart_amounts_using_st_line_rate(
                item.currency_id, -item.amount_residual, -item.amount_residual_currency
            )["amount_currency"]
            for item in items
        }

    def _kind(self, proposal, code):
        actions = dict(proposal._fields["action"]._description_selection(self.env))
        words = (actions.get(proposal.action), reason_labels(self.env).get(code, code))
        return ": ".join(filter(None, words))

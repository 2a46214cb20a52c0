from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...banking.connectors.credit.contract import CompanyQuery
from ...banking.connectors.credit.registry import get_bureau, list_bureaus
from ...banking.connectors.credit.trouble import in_own_words
from ...banking.connectors.errors import ConnectorError
from ...exceptions import ArError
from .outside_context import open_outside_context

LOOPBACK = ("127.0.0.1", "localhost")


class ArCreditBureau(models.Model):
    """A company's access to a credit bureau.

    Nothing here is ever called while an order is confirmed: orders look at ratings that are
    stored, whatever becomes of the bureau.
    """

    _name = "ar.credit.bureau"
    _description = "Credit bureau"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    provider = fields.Selection(
        selection=lambda self: [(bureau.code, bureau.name) for bureau in list_bureaus()],
        required=True,
        default="creditsafe",
        help="Who is asked.",
    )
    environment = fields.Selection(
        [("production", "Production"), ("sandbox", "Sandbox")],
        required=True,
        default="production",
        help="The sandbox answers with invented companies and costs nothing.",
    )
    username = fields.Char(
        "User name",
        groups="base.group_system",
        copy=False,
        help="Of the access to the bureau's programming interface.",
    )
    password = fields.Char(
        groups="base.group_system",
        copy=False,
        exportable=False,
        prefetch=False,
        help="Only administrators can read or change it. It never appears in logs or messages.",
    )
    remembered = fields.Json(
        "Tokens", groups="base.group_system", copy=False, exportable=False, prefetch=False
    )
    test_address = fields.Char(
        groups="base.group_system",
        copy=False,
        help="A simulated bureau on this machine (127.0.0.1), for trials. Empty: the real one.",
    )
    refresh_days = fields.Integer(
        "Ask again after (days)",
        default=90,
        required=True,
        help="The nightly job asks again for customers who were rated once, when their rating is "
        "older. Bureaus charge for each report. Zero: never by itself.",
    )
    valid_days = fields.Integer(
        "Ratings valid for (days)",
        default=365,
        required=True,
        help="A rating that is older no longer counts in the credit score.",
    )
    last_success_at = fields.Datetime("Last answer", readonly=True, copy=False)
    last_error = fields.Char("Last failure", readonly=True, copy=False)
    watch_ids = fields.One2many("ar.credit.watch", "bureau_id", "Customers rated")
    watch_count = fields.Integer("Number of customers rated", compute="_compute_watch_count")

    _days_sane = models.Constraint(
        "CHECK (refresh_days >= 0 AND valid_days > 0)",
        "Ratings are valid for at least a day, and are not asked for after fewer than zero days.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("watch_ids")
    def _compute_watch_count(self):
        counts = dict(
            self.env["ar.credit.watch"]._read_group(
                [("bureau_id", "in", self.ids)], ["bureau_id"], ["__count"]
            )
        )
        for bureau in self:
            bureau.watch_count = counts.get(bureau, 0)

    # === CONSTRAINT METHODS ===#

    @api.constrains("test_address")
    def _check_test_address(self):
        for bureau in self.sudo().filtered("test_address"):
            try:
                host = urlsplit(bureau.test_address).hostname
            except ValueError:
                host = None
            if host not in LOOPBACK:
                raise ValidationError(
                    self.env._(
                        "The address of a simulated bureau must be on this machine "
                        "(http://127.0.0.1:…), so that no password leaves it."
                    )
                )

    # === ACTION METHODS ===#

    def action_test(self):
        """Log in at the bureau and say whether it worked; no report is ordered."""
        self.ensure_one()
        self.check_access("write")
        try:
            self._open_connector().check_access()
        except ConnectorError as error:
            # A notification, not an error: what is noted on the record must stay.
            trouble = in_own_words(error, "bureau")
            self._note(trouble)
            return _notify(f"{trouble.message} {trouble.hint}", "danger")
        self._note(None)
        return _notify(self.env._("%s lets us in.", self.name), "success")

    def action_view_watches(self):
        """Open the customers whom this bureau has rated."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_automation.ar_credit_watch_action"
        )
        return {
            **action,
            "domain": [("bureau_id", "=", self.id)],
            "context": {"active_test": False, "default_bureau_id": self.id},
        }

    # === BUSINESS METHODS ===#

    @api.private
    def ar_rate(self, partner):
        """Order a report on a customer and store its rating.

        :param res.partner partner: its commercial partner is asked for.
        :return: the new ``ar.credit.rating``.
        :raises ArError: ``bureau.<kind>`` for what the bureau or the way does wrong;
            ``bureau.unknown_company`` or ``bureau.ambiguous`` if it is not clear whom it means.
        """
        self.ensure_one()
        self._check_may_ask()
        customer = partner.commercial_partner_id
        try:
            connector = self._open_connector()
            watch = self._find_watch(connector, customer)
            report = connector.read_report(watch.identifier)
        except ConnectorError as error:
            raise in_own_words(error, "bureau") from error
        self._note(None)
        watch.refresh_date = fields.Date.context_today(self) + timedelta(days=self.refresh_days)
        return self.env["ar.credit.rating"]._create_from_report(watch, report)

    # === PRIVATE METHODS ===#

    def _check_may_ask(self):
        if not self.env["ar.credit.rating"].has_access("create"):
            raise AccessError(
                self.env._("Only credit managers order ratings: bureaus charge for them.")
            )

    def _open_connector(self):
        secrets = self.sudo()
        context = open_outside_context(
            self.env, BureauCredentials(secrets), is_test=bool(secrets.test_address)
        )
        return get_bureau(self.provider).open(context)

    def _find_watch(self, connector, customer):
        """The customer as the bureau knows it; looked up when it is asked for the first time."""
        watch = self.env["ar.credit.watch"].search(
            [("bureau_id", "=", self.id), ("partner_id", "=", customer.id)], limit=1
        )
        if watch.identifier:
            return watch
        company = self._choose(connector, customer)
        return self.env["ar.credit.watch"].create(
            {
                "bureau_id": self.id,
                "partner_id": customer.id,
                "identifier": company.identifier,
                "name": company.name,
            }
        )

    def _choose(self, connector, customer):
        found = connector.find_companies(
            CompanyQuery(
                country=customer.country_id.code or "",
                vat=customer.vat or "",
                registration=customer.company_registry or "",
                name=customer.name or "",
            )
        )
        if len(found) == 1:
            return found[0]
        if not found:
            raise ArError(
                "bureau.unknown_company",
                self.env._(
                    "%(bureau)s knows no company that fits %(customer)s.",
                    bureau=self.name,
                    customer=customer.display_name,
                ),
                hint=self.env._(
                    "Check country, VAT number and company ID of the customer, or enter the "
                    "bureau's own number under Credit, Credit rules, Credit bureaus, Customers "
                    "rated."
                ),
            )
        names = "; ".join(f"{company.name} ({company.identifier})" for company in found)
        raise ArError(
            "bureau.ambiguous",
            self.env._(
                "%(bureau)s knows several companies that fit %(customer)s: %(names)s.",
                bureau=self.name,
                customer=customer.display_name,
                names=names,
            ),
            hint=self.env._(
                "Enter the number of the right one under Credit, Credit rules, Credit bureaus, "
                "Customers rated."
            ),
        )

    def _note(self, error):
        """Show on the bureau what came of the last question."""
        now = {} if error else {"last_success_at": fields.Datetime.now()}
        self.sudo().write({"last_error": error.message if error else False, **now})


class BureauCredentials:
    """User, password and token of one bureau (see ``contract.Credentials``)."""

    NAMES = ("username", "password", "environment", "test_address")

    def __init__(self, bureau):
        self._bureau = bureau.sudo()

    def __repr__(self):
        return f"BureauCredentials(bureau={self._bureau.id})"

    def get(self, name):
        """Return a setting or a remembered value; ``""`` if there is none."""
        if name in self.NAMES:
            return self._bureau[name] or ""
        return (self._bureau.remembered or {}).get(name, "")

    def remember(self, values):
        """Store a token with the transaction: if that fails, the next question logs in again."""
        self._bureau.remembered = {**(self._bureau.remembered or {}), **values}


def _notify(message, kind):
    params = {"message": message, "type": kind, "sticky": kind == "danger"}
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {**params, "next": {"type": "ir.actions.client", "tag": "soft_reload"}},
    }


def raise_to_user(error):
    """Show a failure to the person who asked."""
    raise UserError(" ".join(filter(None, (error.message, error.hint)))) from error

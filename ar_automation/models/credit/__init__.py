"""Who may buy on credit, how much, and why an order is held.

Public methods that other areas call:

* ``res.partner``: ``ar_get_exposure(partners, company, date=None)`` says what customers
  owe a company, by component; ``ar_check_credit(amount, currency, checkpoint)`` says
  whether a customer may buy so much more.
* ``ar.credit.policy``: ``ar_get_policy(company)`` is the default policy of a company,
  ``ar_get_policies(partners, company)`` are those of its customers.
* ``customer_check.judge_customers(customers, company, checkpoint)`` says of many customers at
  once whether they are on hold where goods leave or invoices are posted.
* ``credit_standing.StandingQuery`` tells where any number of customers stand: policy,
  exposure, limits; the check at every checkpoint is made on it.
* ``sale.order``: ``ar_release_credit(reason, until=None)``, ``ar_reject_credit(reason)`` and
  ``ar_demand_prepayment(amount, reason, by)`` decide orders on hold,
  ``ar_count_on_hold(company)`` counts them.
* ``ar.credit.request``: ``ar_request_limit(partner, company, limit, reason)`` changes a limit or
  asks who may; ``ar_approve(reason, until=None)`` and ``ar_reject(reason)`` decide requests.
* ``ar.credit.approval``: ``ar_judge(company, kind, amount, first=None)`` says what the user's
  approval of an amount is worth.
* ``ar.credit.review``: ``ar_review(partners, date=None)`` scores customers and proposes limits;
  ``ar_decide(verdict, reason)`` decides proposals. Extend ``_prepare_disputed_ids``,
  ``_prepare_broken_promises`` and ``_prepare_outside_ratings`` with what other areas know.
* ``ar.payment.model``: ``ar_forecast(moves)`` says when invoices will be paid.
* ``ar.credit.signal``: ``ar_raise(company, date, found)`` tells early warnings, each once.
* ``ar.credit.rating``: ``ar_get_ratings(partners, date=None, company=None)`` is what outsiders
  think of customers; ``ar.credit.bureau``: ``ar_rate(partner)`` orders a new rating.
* ``ar.vat.check``: ``ar_check_number(text, company, partner=None)`` asks the VAT register.
* ``ar.credit.applicant``: ``ar_receive(policy, form, files, origin)`` takes in an application.
"""

from . import (
    account_move_checkpoint,
    account_move_hold,
    account_move_line,
    account_move_plan,
    account_payment_term,
    ar_credit_applicant,
    ar_credit_applicant_approval,
    ar_credit_applicant_receipt,
    ar_credit_applicant_reference,
    ar_credit_applicant_request,
    ar_credit_approval,
    ar_credit_attempt,
    ar_credit_bureau,
    ar_credit_class,
    ar_credit_delivery,
    ar_credit_group,
    ar_credit_instrument,
    ar_credit_limit,
    ar_credit_limit_request,
    ar_credit_policy,
    ar_credit_policy_hold,
    ar_credit_policy_portal,
    ar_credit_rating,
    ar_credit_request,
    ar_credit_request_decision,
    ar_credit_request_for_applicant,
    ar_credit_request_limit,
    ar_credit_request_review,
    ar_credit_review,
    ar_credit_review_decision,
    ar_credit_review_outside,
    ar_credit_review_promise,
    ar_credit_score_weight,
    ar_credit_scorecard,
    ar_credit_signal,
    ar_credit_watch,
    ar_dashboard,
    ar_job_credit_limits,
    ar_job_credit_rating,
    ar_job_credit_recheck,
    ar_job_credit_review,
    ar_job_credit_review_promise,
    ar_job_credit_warning,
    ar_payment_model,
    ar_vat_check,
    base_partner_merge,
    res_company,
    res_config_settings,
    res_currency,
    res_partner,
    res_partner_check,
    res_partner_figures,
    res_partner_group,
    res_partner_hold,
    res_partner_limit,
    res_partner_outside,
    res_partner_over_limit,
    res_partner_score,
    sale_order,
    sale_order_confirm_many,
    sale_order_decision,
    sale_order_evidence,
    sale_order_exposure,
    sale_order_guard,
    sale_order_line,
    sale_order_prepayment,
    sale_order_quotation,
    sale_order_request,
)

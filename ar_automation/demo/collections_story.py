"""What people did in the past quarter to be paid: promises, plans, holds, calls, approvals.

``STEPS`` says how many business days before the story's own day each of it happened. What the
jobs make of it, such as that a promise was broken, nobody writes here. A step that finds nothing
open is passed over: in a small company not every customer owes something.
"""

from datetime import timedelta
from decimal import Decimal

from .closing_story import (
    agree_closing,
    approve_write_offs,
    ask_write_off,
    count_provisions,
    hand_over,
)
from .collections_terms import agree_collecting, attach_statements
from .history import to_decimal
from .history_bank import book_payments
from .late_items import find_late
from .replies import ANSWERS, write_answer
from .scene import roll
from .story import CENT, Payment
from .team import divide_customers

MONDAY = 0
# The supervisor approves once a week; what was decided last still waits.
APPROVES_UNTIL = 6
# Letters are printed on the next morning; those of the last week wait for somebody who looks.
PRINTS_UNTIL = 5
HALF = Decimal("0.5")
PDF = b"%PDF"


def begin(scene, until):
    """Agree by which rules is collected from the first day on."""
    agree_collecting(scene, until)
    agree_closing(scene)


def end(scene):
    """Leave the company as its own day finds it."""
    attach_statements(scene)
    divide_customers(scene)
    count_provisions(scene)


def tell(scene, left):
    """Let people do what they did so many business days before the story's own day."""
    for step, *arguments in STEPS.get(left, ()):
        step(scene, *arguments)
    for number, answer in enumerate(ANSWERS):
        if answer.left == left:
            _answer(scene, answer, number)
    if scene.day.weekday() == MONDAY and left > APPROVES_UNTIL:
        _approve(scene)
    if left > PRINTS_UNTIL:
        _print_letters(scene)


# --- who owes what


def _owed(items):
    currency = items.currency_id
    return sum((to_decimal(item.amount_residual_currency, currency) for item in items), Decimal(0))


def _pay(scene, key, share, count=2):
    """The customer pays a share of what is late longest."""
    items = find_late(scene, key, count)
    if items:
        customer = next(each for each in scene.customers if each.key == key)
        numbers = tuple(items.mapped("move_name"))
        amount = (_owed(items) * share).quantize(CENT)
        payment = Payment(key, scene.day, amount, numbers)
        book_payments(scene, [(customer, payment)], roll(f"{scene.seed}:{key}:{scene.day}"))


# --- promises and plans


def _promise(scene, key, days, source="collector", count=2):
    items = find_late(scene, key, count)
    if items:
        env = scene.act_as("collector").env
        promise = env["ar.promise"].ar_register(
            scene.firms[key].with_env(env),
            scene.day + timedelta(days=days),
            _owed(items),
            items=items.with_env(env),
            source=source,
        )
        _log(scene, key, "promised", "Pays by the day agreed.", promise_id=promise.id)


def _agree_plan(scene, key, signed_by):
    """Agree on instalments; without a signature the offer waits in the portal."""
    items = find_late(scene, key)
    if items:
        env = scene.act_as("collector").env
        first = scene.day + timedelta(days=3)
        plans = env["ar.payment.plan"].with_company(scene.company.id)
        plan = plans.ar_propose(items.with_env(env), 4, first, every="two_weeks")
        plan.ar_offer()
        if signed_by:
            plan.ar_accept(signed_by)


def _pay_instalment(scene, key):
    partner = scene.firms[key]
    plan = scene.company.env["ar.payment.plan"].search(
        [("partner_id", "=", partner.id), ("state", "=", "active")], limit=1
    )
    if plan:
        owed = _owed(find_late(scene, key))
        _pay(scene, key, Decimal(str(plan.instalment_ids[0].amount)) / owed)


# --- calls, holds, claims, approvals


def _log(scene, key, outcome, note, **values):
    env = scene.act_as("collector").env
    values.setdefault("company_id", scene.company.id)
    env["ar.contact.log"].ar_log(scene.firms[key].with_env(env), outcome, note=note, **values)


def _call_back(scene, key, outcome, note, days):
    _log(scene, key, outcome, note, next_action_date=scene.day + timedelta(days=days))


def _hold(scene, key, reason, days):
    items = find_late(scene, key, count=1)
    if items:
        env = scene.act_as("collector").env
        until = scene.day + timedelta(days=days)
        env["ar.collection.hold"].ar_hold(items.with_env(env), reason, until)


def _find_claims(scene, key):
    domain = [("partner_id", "=", scene.firms[key].id), ("state", "=", "accrued")]
    return scene.act_as("supervisor").env["ar.late.fee"].search(domain)


def _charge(scene, key):
    claims = _find_claims(scene, key)
    if claims:
        claims.ar_charge(scene.day)


def _waive(scene, key, reason):
    claims = _find_claims(scene, key)[:2]
    if claims:
        claims.ar_waive(reason)


def _approve(scene):
    env = scene.act_as("supervisor").env
    waiting = env["ar.dunning.notice"].search(
        [("company_id", "=", scene.company.id), ("state", "=", "to_approve")]
    )
    if waiting:
        waiting.ar_approve()


def _print_letters(scene):
    """A collector prints the letters of the day before; tests make no PDFs."""
    waiting = (
        scene.act_as("collector")
        .env["ar.dunning.notice"]
        .search(
            [
                ("company_id", "=", scene.company.id),
                ("channel", "=", "letter"),
                ("state", "=", "sent"),
                ("printed_at", "=", False),
            ]
        )
    )
    letters = waiting.filtered(lambda notice: (notice.letter_id.raw or b"").startswith(PDF))
    if letters:
        letters.action_print_letters()


# --- answers


def _answer(scene, answer, number):
    """Who was reminded last, in the language of the answer, and has not answered yet, answers."""
    replies = scene.company.env["ar.collection.reply"]
    answered = replies.search([("company_id", "=", scene.company.id)]).partner_id
    notice = scene.company.env["ar.dunning.notice"].search(
        [
            ("company_id", "=", scene.company.id),
            ("state", "=", "sent"),
            ("mail_id", "!=", False),
            ("lang", "=", answer.lang),
            ("partner_id", "not in", answered.ids),
        ],
        order="date desc, id desc",
        limit=1,
    )
    if notice:
        parent = notice.mail_id.message_id
        people = (notice.recipient, scene.company.email)
        mail = write_answer(answer, parent, people, scene.day, number)
        scene.company.env["mail.thread"].message_process(None, mail)
        if answer.is_done:
            reply = replies.search([("notice_id", "=", notice.id)])
            reply.with_user(scene.act_as("collector").env.user).action_done()


# Business days before the story's own day: what is done, for whom, and how.
STEPS = {
    46: [(_promise, "gruenwald-gewaechshausbau", 7)],
    42: [
        (_promise, "serres-de", 8, "collector", 1),
        (_call_back, "cascade-brewing", "no_answer", "Nobody answers the phone.", 3),
    ],
    38: [
        (_pay, "serres-de", Decimal(1), 1),
        (_log, "cascade-brewing", "reached", "Pays with their next run."),
    ],
    36: [(_promise, "mojave-solar", 7)],
    31: [
        (_pay, "mojave-solar", HALF),
        (_log, "eaux-de", "paid", "Says that the transfer left yesterday."),
    ],
    30: [(_agree_plan, "gruenwald-gewaechshausbau", "Gerda Grünwald")],
    28: [(_pay_instalment, "gruenwald-gewaechshausbau")],
    25: [(_call_back, "havelland-backwaren", "message", "Left a message at the bakery.", 4)],
    22: [(_hold, "fonderies-de", "The customer looks for the proof of delivery.", 45)],
    20: [
        (ask_write_off, "fichtelberg-medizintechnik", "dispute", "Damage in transit: settled."),
    ],
    16: [(approve_write_offs,)],
    12: [
        (_charge, "brandt-soehne"),
        (_waive, "xanten-kieswerke", "Our own invoice reached them late."),
    ],
    9: [(_agree_plan, "mojave-solar", "Mark Ellison")],
    8: [
        (_pay_instalment, "mojave-solar"),
        (_log, "uckermark-biogas", "cannot_pay", "The bank has frozen their credit line."),
    ],
    5: [(_promise, "transports-vasseur", 9, "portal")],
    4: [(hand_over, "gruenwald-gewaechshausbau")],
    3: [(_promise, "uckermark-biogas", 6, "collector", 1), (_promise, "bodensee-obst", 6)],
    2: [
        (ask_write_off, "taunus-klimatechnik", "uncollectable", "Costs more to sue than it is."),
        (_agree_plan, "serres-de", ""),
        (_hold, "great-plains", "Claims that two pumps leak; sales visits them.", 14),
        (_call_back, "brasserie-du", "call_back", "Ask for the owner.", 2),
    ],
}

"""Payouts of payment providers, decided without a database."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from ...engine.matching.facts import Decision, OpenItem, Payment, Policy, Proposal
from ...engine.matching.payout import beside_others, find_payouts
from ...engine.matching.payout_reading import Kept, Online, Provider

STRIPE = Provider(1, "Stripe", ("Stripe",))
POLICY = Policy(books_off=frozenset({"bank_charge"}))
FIRST = date(2026, 3, 1)


def online(number, amount, day=0, provider=1):
    name = f"PBNK2026{number:05d}"
    item = OpenItem(number, name, number, Decimal(amount), "EUR", 5, ((name, "payment"),))
    return Online(item, provider, FIRST + timedelta(day))


def payout(amount, text="payout", payer="Stripe Technology", number=1, **more):
    return Payment(number, Decimal(amount), "EUR", (text,), payer_name=payer, **more)


def found(payment, *waiting, provider=STRIPE, policy=POLICY):
    return find_payouts([payment], waiting, [provider], policy).get(1, ())


def codes(proposal):
    return [fact.code for fact in proposal.evidence]


def test_named_payments_go_before_whole_days():
    waiting = [online(1, 50), online(2, 50, 1), online(3, 20, 3), online(4, 30, 3)]
    best = found(payout(50, "PBNK/2026/00003 PBNK/2026/00004"), *waiting)[0]
    assert best.book and best.item_ids == {3, 4}
    assert codes(best) == ["payout_provider", "payout_named", "amount_equal"]


def test_a_day_that_lacks_what_is_named_is_not_booked():
    best = found(payout(50, "PBNK/2026/00002"), online(1, 50), online(2, 70, 1))[0]
    assert not best.book and "payout_skips_named" in codes(best)


def test_customers_who_name_one_payment_or_are_known_are_no_provider():
    waiting = [online(1, 50), online(2, 50)]
    named = "PBNK/2026/00001 PBNK/2026/00002"
    assert not found(payout(50, "PBNK/2026/00001", "Alder Ltd"), *waiting)
    assert not found(payout(100, named, "Alder Ltd", payer_ids=frozenset({7})), *waiting)
    assert found(payout(100, named, "Alder Ltd"), *waiting)[0].book


def test_a_learnt_account_is_the_provider():
    provider = replace(STRIPE, accounts=frozenset({"DE02"}))
    best = found(payout(50, payer="TPSL", account_number="DE02"), online(1, 50), provider=provider)
    assert best[0].book


def test_what_was_paid_later_or_refused_is_not_paid_out():
    assert not found(payout(50, day=FIRST), online(1, 50, 1))
    assert not found(payout(50, rejected=frozenset({frozenset({1})})), online(1, 50))


def test_a_fee_may_be_off_by_a_cent_for_each_payment():
    provider = replace(STRIPE, kept=(Kept(Decimal("1.50"), Decimal(100)),))
    waiting = [online(1, "33.33"), online(2, "66.68")]
    assert found(payout("98.49"), *waiting, provider=provider)[0].book
    assert not found(payout("98.40"), *waiting, provider=provider)[0].book


def test_payouts_without_a_fee_prove_none():
    provider = replace(STRIPE, kept=(Kept(Decimal(0), Decimal(100)),))
    best = found(payout("99.99"), online(1, 100), provider=provider)[0]
    assert not best.book and "payout_fee_unproven" in codes(best)


def test_a_whole_day_and_one_less_the_usual_fee_are_two_readings():
    provider = replace(STRIPE, kept=(Kept(Decimal(2), Decimal(100)),))
    waiting = [online(1, 98), online(2, 100, 5)]
    first, second = found(payout(98), *waiting, provider=provider)[:2]
    assert not first.book and not second.book
    assert "several_readings" in codes(first)


def test_what_another_reading_is_sure_of_is_booked_if_both_agree():
    waiting = [online(1, 50), online(2, 50, 1)]
    own = found(payout(50), *waiting)
    sure = Proposal((waiting[0].item,), 0.999, (), ((1, Decimal(50)),), book=True)
    decision = Decision(payout(50), "matched", (sure,))
    assert beside_others(decision, own) == decision
    other = Decision(payout(50), "matched", (replace(sure, items=(online(3, 50).item,)),))
    beside = beside_others(other, own)
    assert beside.verdict == "proposed"
    assert not any(proposal.book for proposal in beside.proposals)


def test_where_customers_got_back_more_the_provider_takes_it():
    waiting = [online(1, 60), online(2, -100)]
    best = found(payout(-40), *waiting)[0]
    assert best.book and best.item_ids == {1, 2} and best.action == "full"
    kept = replace(STRIPE, kept=(Kept(Decimal("1.50"), Decimal(100)),))
    best = found(payout("-40.90"), *waiting, provider=kept)[0]
    assert best.book and best.action == "bank_charge"
    assert not found(payout("-39"), *waiting)


def test_refunds_alone_have_no_share_of_a_fee():
    best = found(payout("-100.01"), online(2, -100))[0]
    assert not best.book and "payout_fee_unproven" in codes(best)
    assert not found(payout(-115), online(2, -100))


def sold_abroad(amount, worth, **more):
    return payout(amount, converted=(("USD", Decimal(worth)),), **more)


def in_dollars(*rows):
    found_online = [online(*row) for row in rows]
    return [replace(one, item=replace(one.item, currency="USD")) for one in found_online]


def test_a_payout_in_another_currency_than_the_sales_is_proposed():
    waiting = in_dollars((1, 60), (2, 45), (3, 70, 1))
    best = found(sold_abroad("94.50", "102.06"), *waiting)[0]
    assert not best.book and best.item_ids == {1, 2}
    assert best.action == "currency_difference"
    assert best.allocation == ((1, Decimal(60)), (2, Decimal(45)))
    assert codes(best) == ["payout_provider", "payout_run", "amount_converted", "payout_rate"]
    told = dict(best.evidence[2].params)
    assert told == {"paid": "94.50", "owed": "97.22"}


def test_a_rate_far_off_is_another_payout():
    waiting = in_dollars((1, 60), (2, 45))
    assert not found(sold_abroad("80", "86.40"), *waiting)
    assert not found(payout("94.50"), *waiting)
    stranger = sold_abroad("94.50", "102.06", payer="Alder Ltd")
    assert not found(stranger, *waiting)


def test_named_payments_in_another_currency():
    waiting = in_dollars((1, 60), (2, 45), (3, 70, 1))
    text = "PBNK/2026/00001 PBNK/2026/00003"
    best = found(sold_abroad("119", "128.52", text=text), *waiting)[0]
    assert best.item_ids == {1, 3} and "payout_named" in codes(best)


def test_net_negative_in_another_currency():
    waiting = in_dollars((1, 60), (2, -165))
    best = found(sold_abroad("-98", "-105.84"), *waiting)[0]
    assert best.item_ids == {1, 2} and not best.book


amounts = st.integers(-2_000, 20_000).filter(bool).map(lambda cents: Decimal(cents) / 100)
pools = st.lists(st.tuples(amounts, st.integers(0, 6)), min_size=1, max_size=14)


@given(pools, st.integers(0, 6), st.integers(0, 6), st.integers(0, 400), st.booleans())
def test_whatever_is_booked_adds_up_and_is_the_only_proven_way(rows, first, last, fee, is_exact):
    waiting = [online(n, amount, day) for n, (amount, day) in enumerate(rows, 1)]
    run = [one.item.residual for one in waiting if first <= (one.day - FIRST).days <= last]
    paid = sum((amount for amount in run if amount > 0), Decimal(0))
    amount = round(sum(run, Decimal(0)) - paid * fee / 10_000, 2)
    policy = replace(POLICY, payout_is_exact=is_exact)
    proposals = found(payout(amount), *waiting, policy=policy)
    assert not any(proposal.book for proposal in proposals[1:])
    for proposal in proposals:
        kept = sum(part for _item, part in proposal.allocation) - amount
        assert proposal.allocation == tuple((one.item_id, one.residual) for one in proposal.items)
        gross = sum(one.residual for one in proposal.items if one.residual > 0)
        slack = Decimal("0.01") * len(proposal.items)
        assert 0 <= kept <= gross * policy.payout_share + slack
        assert proposal.action == ("bank_charge" if kept else "full")
        if proposal.book:
            assert not kept or is_exact
            days = {one.day for one in waiting if one.item.item_id in proposal.item_ids}
            inside = [one for one in waiting if min(days) <= one.day <= max(days)]
            assert {one.item.item_id for one in inside} == proposal.item_ids


def test_thousands_of_payments_take_little_time():
    waiting = [online(n, 10 + n % 90, n % 60) for n in range(1, 3_001)]
    lines = [payout(1_000 + n, number=n) for n in range(20)]
    start = process_time()
    find_payouts(lines, waiting, [STRIPE], POLICY)
    assert process_time() - start < 2

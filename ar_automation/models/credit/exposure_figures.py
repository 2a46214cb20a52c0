"""An exposure in the numbers that people and other addons read."""

from ...engine.kpi.aging import BUCKET_KEYS


def prepare_figures(exposure, counted, per_one):
    """An exposure as ``res.partner.ar_get_exposure`` tells it.

    :param Exposure exposure: in units.
    :param CountedComponents counted: which components add up to the total.
    :param int per_one: how many units make one of the currency.
    """
    orders, delivered = exposure.orders, exposure.delivered
    return {
        "open": exposure.open / per_one,
        "overdue": exposure.overdue / per_one,
        "draft": exposure.draft / per_one,
        "orders": orders / per_one,
        "credit": exposure.credit / per_one,
        "delivered": delivered / per_one,
        "disputed": exposure.disputed / per_one,
        "covered": exposure.covered / per_one,
        "oldest_overdue_days": exposure.oldest_overdue_days,
        "total": exposure.total(counted) / per_one,
        "undelivered": (orders - delivered) / per_one,
        "buckets": {
            key: units / per_one for key, units in zip(BUCKET_KEYS, exposure.buckets, strict=True)
        },
    }

"""What the company sells, and what its customers are like."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Product:
    """Something to sell: price in euro, and how many one order takes at most."""

    code: str
    name: str
    price: Decimal
    most: int
    is_service: bool = False


@dataclass(frozen=True)
class Behaviour:
    """How a kind of customer buys and pays.

    :param per_month: orders in an average month
    :param earliest, latest: days from the due date to the payment
    :param deduction: share of payments that are short
    :param withheld: share of invoices that are not paid because they are contested
    :param silent_days: since so many days before the business day nothing was paid
    :param dormant_days: since so many days before it nothing was ordered
    :param growth: the last month's orders, as a multiple of the first month's
    """

    per_month: float
    earliest: int
    latest: int
    deduction: float = 0.0
    withheld: float = 0.0
    silent_days: int = 0
    dormant_days: int = 0
    growth: float = 1.0


PRODUCTS = (
    Product("SEN-T200", "Temperature sensor T200", Decimal("48.00"), 30),
    Product("GTW-G5", "Field gateway G5", Decimal("389.00"), 6),
    Product("VLV-V12", "Solenoid valve V12", Decimal("126.50"), 20),
    Product("PMP-P30", "Dosing pump P30", Decimal("1240.00"), 3),
    Product("CBL-M12", "Connection cable M12, 5 m", Decimal("18.90"), 60),
    Product("CTL-C7", "Control unit C7", Decimal("2150.00"), 3),
    Product("SRV-CAL", "Calibration on site, per hour", Decimal("145.00"), 8, is_service=True),
    Product("SRV-MNT", "Maintenance plan, per month", Decimal("320.00"), 2, is_service=True),
)

BEHAVIOURS = {
    "prompt": Behaviour(per_month=2.2, earliest=-4, latest=2),
    "slow": Behaviour(per_month=1.9, earliest=8, latest=38),
    "disputing": Behaviour(per_month=2.0, earliest=0, latest=14, withheld=0.12),
    "short-paying": Behaviour(per_month=2.0, earliest=-2, latest=9, deduction=0.3),
    "silent": Behaviour(per_month=1.6, earliest=0, latest=12, silent_days=110, dormant_days=35),
    "growing": Behaviour(per_month=2.4, earliest=-3, latest=8, growth=3.0),
    "dormant": Behaviour(per_month=1.4, earliest=0, latest=10, dormant_days=200),
}

# Payment terms: days, then percent and days of the early-payment discount.
TERMS = {"30": (30, 0, 0), "60": (60, 0, 0), "14-2": (30, 2, 14)}

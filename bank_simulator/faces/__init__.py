"""The protocols, one file each; :func:`all_faces` makes one of each.

A new face is a class in a file of its own and a line here.
"""

from ..face import Face
from .berlin_group import BerlinGroup
from .creditsafe import CreditBureau
from .enable_banking import EnableBanking
from .files import Files
from .finnish import FinnishBank
from .generic import GenericRest
from .gocardless import GoCardless
from .plaid import Plaid
from .ponto import Ponto
from .qonto import Qonto
from .stripe import Stripe
from .tbc import TbcBank
from .vies import Vies

FACES: tuple[type[Face], ...] = (
    BerlinGroup,
    CreditBureau,
    EnableBanking,
    Files,
    FinnishBank,
    GenericRest,
    GoCardless,
    Plaid,
    Ponto,
    Qonto,
    Stripe,
    TbcBank,
    Vies,
)


def all_faces() -> list[Face]:
    """Return a new face of every protocol."""
    return [face() for face in FACES]

"""What a connection by the Berlin Group's standard has to be told."""

from __future__ import annotations

from .contract import Setting

SETTINGS = (
    Setting(
        "base_url",
        "Address",
        "The bank's interface up to and with the version, such as "
        "https://xs2a.bank.example/psd2/v1.",
    ),
    Setting(
        "certificate",
        "Website certificate (QWAC)",
        "The eIDAS certificate that we show to the bank, with its chain, as PEM.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "private_key",
        "Private key of the website certificate",
        "Its private key as PEM, without a password.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "seal_certificate",
        "Seal certificate (QSealC)",
        "Only if the bank wants requests signed: the certificate to sign with, as PEM.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "seal_key",
        "Private key of the seal",
        "The seal's private RSA key as PEM, without a password.",
        kind="pem",
        is_required=False,
    ),
    Setting(
        "oauth_server",
        "OAuth server",
        "Only if the bank confirms consents at an OAuth server: its address, such as "
        "https://auth.bank.example. Codes and tokens go nowhere else.",
        is_required=False,
    ),
    Setting(
        "oauth_client_id",
        "OAuth client id",
        "The client id that this server knows you by.",
        is_required=False,
    ),
    Setting(
        "oauth_client_secret",
        "OAuth client secret",
        "Only if the bank gave you one; most know you by the website certificate.",
        kind="secret",
        is_required=False,
    ),
    Setting(
        "ibans",
        "Accounts",
        "The IBANs to ask for, separated by commas. Empty: all accounts of the owner.",
        is_required=False,
    ),
    Setting(
        "consent_days",
        "Days of consent",
        "For how many days reading is to be allowed. The bank may shorten it.",
        kind="number",
        default="180",
    ),
    Setting(
        "psu_ip_address",
        "Owner's IP address",
        "From where the account owner confirms the consent. Banks require it then; it is not "
        "sent when transactions are read.",
        is_required=False,
    ),
    Setting(
        "psu_id",
        "Owner's login name",
        "The owner's name in online banking, if the bank wants to know it beforehand.",
        is_required=False,
    ),
    Setting(
        "psu_corporate_id",
        "Company's login name",
        "The company's name in online banking, if the bank wants to know it beforehand.",
        is_required=False,
    ),
    Setting(
        "booking_status",
        "What to read",
        "Some banks refuse to tell pending transactions: then choose booked only.",
        kind="choice",
        default="both",
        choices=(("both", "Booked and pending"), ("booked", "Booked only")),
    ),
    Setting(
        "amount_sign",
        "Signs of amounts",
        "By the standard money out is negative. Some banks leave the sign out; then it follows "
        "from who pays whom. Choose signed if refunds come in with the wrong sign.",
        kind="choice",
        default="party",
        choices=(("party", "Sign, else who pays whom"), ("signed", "Always as written")),
    ),
    Setting(
        "identifier",
        "Known again by",
        "How a transaction is recognised when it is read again. Choose its content if the "
        "bank's ids change or repeat.",
        kind="choice",
        default="transactionId",
        choices=(
            ("transactionId", "Transaction id"),
            ("entryReference", "Entry reference"),
            ("content", "Its content"),
        ),
    ),
)

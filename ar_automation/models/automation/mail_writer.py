"""Writes what a mail server is told about a mail, with the parts of core's ``mail.mail._send``.

Core writes and sends in one go. Here nothing is sent, stored or logged.
"""

from dataclasses import dataclass

from odoo.exceptions import UserError
from odoo.tools import mail as mail_tools


@dataclass(frozen=True, slots=True)
class Terms:
    """What core asks of a connection when it writes a mail for it."""

    from_filter: str | bool
    smtp_from: str


def write_letters(mail, route):
    """Write the messages of one mail.

    :param Route route: by which server and as whom it leaves.
    :return: a list of ``(email.message.EmailMessage, envelope sender, recipients)``.
    :raises AssertionError: when an address is missing or invalid, as core does.
    :raises UserError: when the server is not for this mail's sender.
    """
    servers = mail.env["ir.mail_server"]
    server = servers.browse(route.server_id)
    if server and not mail._filter_mail_mail_servers(server):
        raise UserError(mail.env._("The mail server %s is not for this sender.", server.name))
    from_filter = server.from_filter if server else servers._get_default_from_filter()
    terms = Terms(from_filter, route.smtp_from)
    return [
        _write_letter(servers.with_context(**_get_context(mail, route, email)), mail, email, terms)
        for email in mail._prepare_outgoing_list(mail_server=server or mail.mail_server_id)
    ]


def _get_context(mail, route, email):
    context = {"send_validated_to": email["email_to_normalized"]}
    domain = mail.env["mail.alias.domain"].sudo().browse(route.alias_domain_id)
    if domain:
        bounce = email["headers"].get("Return-Path") or domain.bounce_email
        context["domain_notifications_email"] = domain.default_from_email
        context["domain_bounce_address"] = bounce
    return context


def _write_letter(servers, mail, email, terms):
    # an address that was formatted twice is taken apart, as core does
    senders = mail_tools.email_split_and_format_normalize(mail.email_from)
    same = ("email_to", "subject", "body", "body_alternative", "email_cc", "reply_to")
    message = servers._build_email__(
        email_from=senders[0] if senders else mail.email_from,
        **{name: email[name] for name in same},
        attachments=email["attachments"],
        message_id=email["message_id"],
        references=email["references"],
        object_id=email["object_id"],
        subtype="html",
        subtype_alternative="plain",
        headers=email["headers"],
    )
    sender, recipients, message = servers._prepare_email_message__(message, terms)
    return message, sender, recipients

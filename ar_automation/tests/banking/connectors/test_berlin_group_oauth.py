"""Berlin Group consents that are confirmed at the bank's OAuth server."""

import re
from urllib.parse import parse_qsl, urlsplit

from ....banking.connectors.berlin_group_oauth import challenge
from .feed_case import read_all, refusal, window
from .loopback_server import Reply, serving
from .test_berlin_group import ACCOUNT, bank, connect

SECRET = "0auth-s3cret"
DESCRIBED = "/oauth/.well-known/oauth-authorization-server"


class OauthBank:
    """A bank whose consents are confirmed elsewhere, and which reads only with a token."""

    def __init__(self, **answers):
        self.answers = answers
        self.plain = bank()
        self.forms = []
        self.given = 0

    def __call__(self, request):
        host = f"http://{request.headers['host']}"
        special = {
            "/v1/consents": {
                "consentId": "con-2",
                "_links": {"scaOAuth": {"href": f"{host}{DESCRIBED}"}},
            },
            DESCRIBED: {
                "authorization_endpoint": "https://login.bank.example/authorize?ui=1",
                "token_endpoint": f"{host}/oauth/token",
            },
            **self.answers,
        }
        if request.path == "/oauth/token":
            return self.give_token(request)
        if request.path in special:
            return Reply(special[request.path])
        if request.headers.get("authorization") != f"Bearer access-{self.given}":
            return Reply({"tppMessages": [{"code": "TOKEN_INVALID"}]}, 401)
        return self.plain(request)

    def give_token(self, request):
        form = dict(parse_qsl(request.body.decode()))
        self.forms.append(form)
        if form.get("refresh_token", "refresh-1") != "refresh-1" or form.get("code") == "bad":
            return Reply({"error": "invalid_grant"}, 400)
        self.given += 1
        token = {"access_token": f"access-{self.given}", "refresh_token": "refresh-1"}
        return Reply({**token, "expires_in": 30 if self.given == 1 else 600})


def open_bank(server, **values):
    own = {"oauth_server": server.url, "oauth_client_id": "client", "consent_id": ""}
    return connect(server, **{**own, **values})


def test_the_owner_confirms_there_and_reading_carries_a_token_that_is_renewed():
    with serving(served := OauthBank()) as server:
        connector, credentials = open_bank(server)
        url = connector.start_authorisation("https://odoo.example/back", "st4te")
        told = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith("https://login.bank.example/authorize?ui=1&")
        assert (told["scope"], told["state"]) == ("AIS:con-2", "st4te")
        connector.finish_authorisation({"code": "c0de", "state": "st4te"})
        [bought, renewed] = served.forms  # thirty seconds are not enough for another request
        assert challenge(bought["code_verifier"]) == told["code_challenge"]
        assert bought["redirect_uri"] == told["redirect_uri"] == "https://odoo.example/back"
        assert renewed["refresh_token"] == "refresh-1"
        _pages, lines = read_all(connector, window(ACCOUNT))
        assert len(lines) == 2
        assert served.given == 2
        assert credentials.get("oauth_verifier") == ""


def test_without_the_servers_address_the_owner_is_told_which_one_to_check():
    with serving(OauthBank()) as server:
        connector, _credentials = open_bank(server, oauth_server="")
        error = refusal("config", connector.start_authorisation, "https://x/back", "s")
        assert f"{server.url}{DESCRIBED}" in str(error)
        connector, _credentials = open_bank(server, oauth_client_id="")
        refusal("config", connector.start_authorisation, "https://x/back", "s")


def test_code_and_tokens_go_to_no_other_server():
    elsewhere = {"scaOAuth": {"href": "https://evil.example/.well-known"}}
    answers = {"/v1/consents": {"consentId": "con-2", "_links": elsewhere}}
    with serving(OauthBank(**answers)) as server:
        connector, _credentials = open_bank(server)
        refusal("protocol", connector.start_authorisation, "https://x/back", "s")
    described = {
        "authorization_endpoint": "https://login.bank.example/a",
        "token_endpoint": "https://evil.example/token",
    }
    with serving(OauthBank(**{DESCRIBED: described})) as server:
        connector, _credentials = open_bank(server)
        refusal("protocol", connector.start_authorisation, "https://x/back", "s")


def test_a_refusal_and_an_ended_permission_ask_the_owner_again():
    with serving(served := OauthBank()) as server:
        connector, credentials = open_bank(server, oauth_client_secret=SECRET)
        connector.start_authorisation("https://odoo.example/back", "s")
        finish = connector.finish_authorisation
        refusal("consent_expired", finish, {"error": "access_denied"}, secret=SECRET)
        refusal("consent_expired", finish, {"code": "bad"}, secret=SECRET)
        connector.finish_authorisation({"code": "c0de"})
        credentials.values.update(refresh_token="0ld", access_token_until="0")
        refusal("consent_expired", connector.list_accounts, secret=SECRET)
        sent = [each.headers.get("authorization") for each in server.requests]
    assert served.given == 2
    assert any(re.match("Basic ", each or "") for each in sent)


def test_a_consent_by_redirect_later_needs_no_token():
    redirect = {"scaRedirect": {"href": "https://sca.bank.example/con-2"}}
    with serving(bank(**{"/v1/consents": {"consentId": "con-2", "_links": redirect}})) as server:
        connector, credentials = open_bank(server, oauth_token_endpoint=f"{server.url}/0ld")
        connector.start_authorisation("https://odoo.example/back", "s")
        connector.finish_authorisation({})
        assert credentials.get("oauth_token_endpoint") == ""

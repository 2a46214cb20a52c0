"""``demo``: a company, one day of its receivables, and Odoo to look at it."""

import argparse
import contextlib
import json

from ..bank_identity import read_identity
from ..console import DevError, say
from ..databases import Databases, files_hash
from ..environment import ensure_environment
from ..locking import exclusive
from ..loopback import HOST, free_port, require_free_port, running_server
from ..processes import exit_status
from ..results import hash_of, remove_tree, write_whole

DEMO_CODE = (
    *("demo_day.py", "demo_script.py", "commands/demo.py"),
    *("demo_feeds.py", "demo_identity.py", "demo_comparison.py"),
)
BANK_FACES = ("enable_banking", "finnish", "files")


def run_demo(workspace, arguments):
    """Run the demo day and serve the result: [--no-serve] [--port N] [--fresh] [--with-cron]"""
    options = _parse(arguments)
    if not options.no_serve:
        require_free_port(options.port)
    demo = Demo(ensure_environment(workspace), options.port)
    with exclusive(workspace.own / "demo.lock", "another ./dev demo"):
        result = demo.ensure(fresh=options.fresh)
        print_summary(result["summary"])
        if options.no_serve:
            return 0
        return demo.serve(result["logins"], with_cron=options.with_cron)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev demo", description=run_demo.__doc__)
    parser.add_argument("--no-serve", action="store_true", help="stop after the summary")
    parser.add_argument("--port", type=int, default=8069, help="port on loopback (8069)")
    parser.add_argument("--fresh", action="store_true", help="make the database anew")
    parser.add_argument(
        "--with-cron", action="store_true", help="let scheduled jobs run while serving"
    )
    return parser.parse_args(arguments)


class Demo:
    """The demo database, its mailbox, its bank and its server."""

    def __init__(self, environment, port):
        self.environment = environment
        self.workspace = environment.workspace
        self.databases = Databases(environment)
        self.address = f"http://{HOST}:{port}"
        self.port = port
        self.result_file = self.workspace.own / "demo.json"
        self.outbox = self.workspace.own / "outbox"
        self.bank_folder = self.workspace.own / "demo-bank"
        self.books = self.bank_folder / "books.json"

    def ensure(self, *, fresh):
        """Return what the day did; run it unless it ran on unchanged code."""
        key = self._key()
        stored = self._stored()
        database_there = self.databases.made_from(self.workspace.demo_database) is not None
        is_whole = database_there and self.books.exists()
        if not fresh and is_whole and stored.get("key") == key:
            say("the demo is up to date (./dev demo --fresh makes it anew)")
            return stored
        self.result_file.unlink(missing_ok=True)
        self.databases.ensure_with_addon(self.workspace.demo_database, fresh=True)
        result = {**self._run_day(), "key": key}
        write_whole(self.result_file, json.dumps(result, indent=1))
        return result

    def serve(self, logins, *, with_cron):
        """Serve the database until interrupted, and return the exit status."""
        with (
            self._mailbox() as smtp,
            self._bank(),
            self._odoo(self.port, smtp, crons=int(with_cron)) as server,
        ):
            print(f"\nOdoo serves the demo on {self.address}\n")
            for role, login, password in logins:
                print(f"  {role:24} login {login}   password {password}")
            print(f"\nSimulated banks answer; files for the third go to {self.bank_folder}/files")
            print(f"Outgoing mail is kept in {self.outbox}. Ctrl-C ends the demo.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                return exit_status(server.wait())
            return 0

    def _key(self):
        devtools = self.workspace.checkout / "devtools"
        return hash_of(
            self.databases.ensure_template(),
            files_hash(self.workspace.addon, without=("tests", "static")),
            files_hash(self.workspace.checkout / "bank_simulator", without=("tests",)),
            *(devtools / name for name in DEMO_CODE),
        )

    def _stored(self):
        try:
            return json.loads(self.result_file.read_text())
        except (OSError, ValueError):
            return {}

    def _run_day(self):
        say("Running the demo day ...")
        remove_tree(self.outbox)
        remove_tree(self.bank_folder)
        draft = self.workspace.own / "demo.result"
        draft.unlink(missing_ok=True)
        with self._mailbox() as smtp, self._odoo(free_port(), smtp, crons=0):
            script = self.workspace.checkout / "devtools" / "demo_script.py"
            with script.open() as source:
                status = self.environment.run(
                    [
                        *("env", f"AR_DEMO_RESULT={draft}", f"AR_DEMO_BANK={self.bank_folder}"),
                        *self._odoo_command("shell", "--no-http", "--smtp-port", smtp),
                    ],
                    stdin=source,
                )
        if status or not draft.exists():
            raise DevError("the demo day failed (see above)")
        return json.loads(draft.read_text())

    @contextlib.contextmanager
    def _mailbox(self):
        port = free_port()
        argv = [self.environment.python, "-m", "devtools.mailbox", port, self.outbox]
        log = self.workspace.own / "mailbox.log"
        with running_server("Mailbox", argv, port, log, self.environment.variables()):
            yield port

    @contextlib.contextmanager
    def _bank(self):
        """Go on with the bank's books; the connections are told its new addresses and keys."""
        ports = {face: free_port() for face in BANK_FACES}
        words = (f"{face}={port}" for face, port in ports.items())
        argv = [self.environment.python, "-m", "bank_simulator.demo_bank", self.books, *words]
        log = self.workspace.own / "demo-bank.log"
        variables = self.environment.variables()
        with running_server("Simulated bank", argv, ports["files"], log, variables):
            rest, soap = (f"http://{HOST}:{ports[face]}" for face in BANK_FACES[:2])
            self._set_bank("enable_banking", {"test_address": rest})
            self._set_bank("finnish_ws", {"test_address": soap, **read_identity(soap)})
            yield

    def _set_bank(self, provider, settings):
        for name, value in settings.items():
            self.environment.server.query(
                "UPDATE ar_bank_connection_setting s"
                f" SET value = CASE WHEN s.is_secret THEN s.value ELSE '{value}' END,"
                f" secret = CASE WHEN s.is_secret THEN '{value}' ELSE s.secret END"
                " FROM ar_bank_connection c WHERE c.id = s.connection_id AND c.is_test"
                f" AND c.provider = '{provider}' AND s.name = '{name}'",
                self.workspace.demo_database,
            )

    @contextlib.contextmanager
    def _odoo(self, port, smtp_port, *, crons):
        self._set_addresses(f"http://{HOST}:{port}")
        pid_file = self.workspace.own / "demo-server.pid"
        argv = self._odoo_command(
            *("server", "--http-port", port, "--smtp-port", smtp_port),
            *("--max-cron-threads", crons, "--pidfile", pid_file),
        )
        log = self.workspace.own / "demo-server.log"
        with running_server("Odoo", argv, port, log, self.environment.variables()) as server:
            yield server

    def _odoo_command(self, command, *arguments):
        database = ("--database", self.workspace.demo_database)
        return self.environment.odoo_command(command, *database, *arguments)

    def _set_addresses(self, report_address):
        """Tell Odoo its address for links, and the one that PDFs load styles from."""
        values = {
            "web.base.url": self.address,
            "web.base.url.freeze": "True",
            "report.url": report_address,
        }
        for key, value in values.items():
            self.environment.server.query(
                f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', '{value}')"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                self.workspace.demo_database,
            )


def print_summary(rows):
    """Print label and value of each row, values aligned to the right."""
    labels = max((len(str(label)) for label, _value in rows), default=0)
    values = max((len(str(value)) for _label, value in rows), default=0)
    rule = "-" * (labels + values + 3)
    print(rule)
    for label, value in rows:
        print(f"{label!s:<{labels}}   {value!s:>{values}}")
    print(rule, flush=True)

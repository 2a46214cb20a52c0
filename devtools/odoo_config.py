"""The configuration file that every Odoo process of this checkout reads."""

from .results import write_whole

# Mail has nowhere to go but this machine. Nothing listens on this port;
# ./dev demo names the one of its own mailbox instead.
MAIL_PORT = 1025

CONFIG = """\
[options]
addons_path = {addons_path}
data_dir = {data_dir}
screenshots = {screenshots}
admin_passwd = not-a-secret-the-database-manager-is-off
list_db = False
with_demo = False
http_interface = 127.0.0.1
proxy_mode = False
smtp_server = 127.0.0.1
smtp_port = {mail_port}
email_from = receivables@example.com
limit_time_cpu = 1800
limit_time_real = 3600
limit_memory_soft = 0
limit_memory_hard = 0
db_maxconn = 32
log_level = warn
"""


def write_odoo_config(workspace, odoo):
    """Write the file and return its path."""
    path = workspace.own / "odoo.conf"
    folders = [*odoo.addons_paths]
    if (workspace.addon / "__manifest__.py").exists():
        folders.append(workspace.checkout)
    data_dir = workspace.cache / "odoo-data"
    data_dir.mkdir(parents=True, exist_ok=True)
    text = CONFIG.format(
        addons_path=",".join(str(folder) for folder in folders),
        data_dir=data_dir,
        screenshots=workspace.own / "screenshots",
        mail_port=MAIL_PORT,
    )
    if not path.exists() or path.read_text() != text:
        write_whole(path, text)
    return path

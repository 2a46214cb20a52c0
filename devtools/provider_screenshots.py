"""Photograph the wizard of every bank provider, for ``docs/banks``.

``./dev python -m devtools.provider_screenshots`` needs ``./dev demo`` running. It opens *Connect a
bank* with each provider, saves the dialog to ``docs/screenshots/banks/`` and deletes the
connection again. Arguments: the demo's address, the folder for pictures.
"""

import base64
import io
import json
import sys
import time
from pathlib import Path

from PIL import Image

from .screenshots import CHECKOUT, QUIET_SECONDS, log_in, started_browser

SIZE = (1180, 2200)
COLOURS = 200

LIST_PROVIDERS = """
    odoo.__WOWL_DEBUG__.root.env.services.orm
        .call("ar.bank.connection", "fields_get", [["provider"]])
        .then((fields) => fields.provider.selection)
"""
OPEN_WIZARD = """
    (async () => {
        const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
        const [id] = await orm.create("ar.bank.connection", [%s]);
        await action.doAction("ar_automation.ar_bank_connect_action", {
            additionalContext: { default_connection_id: id },
        });
        return id;
    })()
"""
CLOSE_WIZARD = """
    (async () => {
        const { orm, action } = odoo.__WOWL_DEBUG__.root.env.services;
        await action.doAction({ type: "ir.actions.act_window_close" });
        await orm.unlink("ar.bank.connection", [%s]);
    })()
"""
FIND_DIALOG = """
    (() => {
        const box = document.querySelector(".modal-content").getBoundingClientRect();
        return { x: box.x, y: box.y, width: box.width, height: box.height };
    })()
"""


def photograph(browser, code, name, folder):
    """Save the wizard of one provider."""
    values = json.dumps({"name": name, "provider": code})
    connection = browser.run(OPEN_WIZARD % values)
    time.sleep(QUIET_SECONDS)
    clip = {**browser.run(FIND_DIALOG), "scale": 1}
    picture = browser.ask("Page.captureScreenshot", clip=clip)["data"]
    path = folder / f"{code.replace('_', '-')}.png"
    # Few colours make a small file, and a dialog has no more.
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    image.quantize(COLOURS).save(path, optimize=True)
    browser.run(CLOSE_WIZARD % connection)
    print(f"saved   {path} ({path.stat().st_size // 1024} kB)")


def main(address="http://127.0.0.1:8069", folder=str(CHECKOUT / "docs" / "screenshots" / "banks")):
    """Photograph every provider's wizard."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    width, height = SIZE
    with started_browser() as browser:
        browser.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        log_in(browser, address)
        browser.open(f"{address}/odoo/bank-connections")
        time.sleep(QUIET_SECONDS)
        for code, name in browser.run(LIST_PROVIDERS):
            photograph(browser, code, name, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])

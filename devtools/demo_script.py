"""Read by Odoo's shell on standard input, with ``env`` bound; see commands/demo.py."""

import json
import os
from pathlib import Path

from devtools.demo_day import run_demo_day

result = run_demo_day(env)  # noqa: F821 (bound by Odoo's shell)
env.cr.commit()  # noqa: F821
Path(os.environ["AR_DEMO_RESULT"]).write_text(json.dumps(result, default=str))

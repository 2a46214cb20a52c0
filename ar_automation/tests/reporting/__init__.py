from . import (
    test_aging,
    test_aging_property,
    test_dashboard,
    test_digest,
    test_dso,
    test_engine_kpi,
    test_screens,
    test_snapshot,
    test_xlsx,
)

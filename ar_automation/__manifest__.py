{
    "name": "AR Automation",
    "summary": "Accounts receivable from order to cash: credit, invoicing, bank feeds, "
    "cash application, collections, reporting",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "AR Automation developers",
    "application": True,
    "depends": ["account", "account_payment", "sale", "snailmail_account", "digest"],
    "external_dependencies": {"python": ["requests", "zeep"]},
    "data": [
        # groups first, then access, then what uses them
        "security/ar_automation_groups.xml",
        "security/automation/ir.model.access.csv",
        "security/automation/rules.xml",
        # the app's root menu, under which each area hangs its own
        "views/ar_automation_menus.xml",
        # automation
        "data/automation/crons.xml",
        "views/automation/ar_run_views.xml",
        "views/automation/ar_exception_views.xml",
        "views/automation/ar_job_config_views.xml",
        "views/automation/ar_audit_event_views.xml",
        "views/automation/res_config_settings_views.xml",
        "views/automation/res_partner_views.xml",
        "views/automation/menus.xml",
        # banking
        "security/banking/ir.model.access.csv",
        "security/banking/rules.xml",
        "data/banking/jobs.xml",
        "views/banking/ar_statement_upload_views.xml",
        "views/banking/ar_statement_import_views.xml",
        "views/banking/account_journal_views.xml",
        "views/banking/account_bank_statement_line_views.xml",
        "views/banking/menus.xml",
        # cash application
        "security/cash_application/ir.model.access.csv",
        "security/cash_application/rules.xml",
        "data/cash_application/jobs.xml",
        "views/cash_application/account_bank_statement_line_views.xml",
        "views/cash_application/res_config_settings_views.xml",
        "views/cash_application/menus.xml",
        # invoicing
        "data/invoicing/jobs.xml",
        "views/invoicing/sale_order_views.xml",
        "views/invoicing/account_move_views.xml",
        "views/invoicing/res_partner_views.xml",
        "views/invoicing/res_config_settings_views.xml",
        "views/invoicing/menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["ar_automation/static/src/**/*"],
    },
}

import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { user } from "@web/core/user";

/** Asks where a write-off goes: the account, the taxes that it contains, an analytic account. */
export class WriteOffDialog extends Component {
    static template = "ar_automation.WriteOffDialog";
    static components = { Dialog, MultiRecordSelector, RecordSelector };
    static props = {
        accountId: { type: [Number, { value: false }], optional: true },
        close: Function,
        companyId: Number,
        message: String,
        onConfirm: Function,
    };
    static defaultProps = { accountId: false };

    setup() {
        this.root = useRef("root");
        this.confirmButton = useRef("confirm");
        this.state = useState({ accountId: this.props.accountId, taxIds: [], analyticId: false });
        onWillStart(async () => {
            this.hasAnalytic = await user.hasGroup("analytic.group_analytic_accounting");
        });
        onMounted(() => this.focus());
    }

    get accountDomain() {
        return [["company_ids", "in", [this.props.companyId]]];
    }

    get taxDomain() {
        return [
            ["company_id", "=", this.props.companyId],
            ["type_tax_use", "=", "sale"],
        ];
    }

    get analyticDomain() {
        return [["company_id", "in", [false, this.props.companyId]]];
    }

    /** On the button where the account is known already, else on its field. */
    focus() {
        if (this.state.accountId) {
            this.confirmButton.el.focus();
        } else {
            this.root.el.querySelector("input")?.focus();
        }
    }

    updateAccount(accountId) {
        this.state.accountId = accountId;
        if (accountId) {
            this.confirmButton.el.disabled = false;
            this.confirmButton.el.focus();
        }
    }

    confirm() {
        this.props.close();
        this.props.onConfirm({
            account_id: this.state.accountId,
            tax_ids: this.state.taxIds,
            analytic_account_id: this.state.analyticId,
        });
    }
}

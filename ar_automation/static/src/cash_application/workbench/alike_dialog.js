import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { describeError } from "../../reporting/report_loader";

/** Confirms how many proposals of one kind are accepted, and shows how far it is. */
export class AlikeDialog extends Component {
    static template = "ar_automation.AlikeDialog";
    static components = { Dialog };
    static props = { acceptMany: Function, close: Function, similar: Object };

    setup() {
        this.confirmButton = useRef("confirm");
        this.state = useState({ at: 0, isRunning: false, result: null, error: null });
        onMounted(() => this.confirmButton.el.focus());
    }

    get lowest() {
        return Math.floor(this.props.similar.lowest * 100);
    }

    async confirm() {
        this.state.isRunning = true;
        try {
            const ids = this.props.similar.proposal_ids;
            this.state.result = await this.props.acceptMany(ids, (at) => (this.state.at = at));
            if (!this.state.result.failed.length) {
                this.props.close();
            }
        } catch (error) {
            this.state.error = describeError(error);
        }
        this.state.isRunning = false;
    }
}

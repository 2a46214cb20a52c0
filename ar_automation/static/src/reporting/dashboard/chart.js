import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** Draws one chart; a click on an element calls `onSelect` with its index. */
export class Chart extends Component {
    static template = "ar_automation.Chart";
    static props = { config: Object, label: String, onSelect: Function };

    setup() {
        this.canvasRef = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                this.draw(config);
                return () => this.chart.destroy();
            },
            () => [this.props.config]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw(config) {
        this.chart = new window.Chart(this.canvasRef.el, {
            ...config,
            options: {
                ...config.options,
                responsive: true,
                maintainAspectRatio: false,
                animation: false,
                onClick: (_ev, elements) => elements.length && this.props.onSelect(elements[0].index),
                onHover: (ev, elements) => {
                    ev.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
            },
        });
    }
}

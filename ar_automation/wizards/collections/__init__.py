from . import ar_dunning_hold, ar_dunning_level_preview, ar_late_fee_waive

from . import ar_dunning_hold, ar_dunning_level_preview

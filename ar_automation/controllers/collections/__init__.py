from . import portal_plan, portal_promise

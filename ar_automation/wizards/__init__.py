from . import banking

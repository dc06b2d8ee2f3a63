"""The desired order: least delay, with blockers above what they block, around whoever holds a place."""

from posync.rules.ordering.arranging import Arrangement, arrange, why_above
from posync.rules.ordering.plain import order
from posync.rules.ordering.settings import OrderSettings

__all__ = ["Arrangement", "OrderSettings", "arrange", "order", "why_above"]
